/**
 * Keeps a client in a chat: after a loss it takes a seat again and gets the messages it missed.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { Retry, type RetryAttempt } from "../../base/retry.ts";
import { anySignal, raceSignal } from "../../base/signals.ts";
import type { ChatMessage, Presence } from "../../chat/seat.ts";
import { firstConnectionRetries } from "./first_connection.ts";
import type { Remote } from "./remote.ts";
import type { RemoteSeat } from "./remote_chat.ts";

/** An event of a chat session; `lost` comes before the wait for the next attempt. */
export type ChatSessionEvent =
  | {
    readonly kind: "joined";
    readonly seat: Pick<RemoteSeat, "name" | "wanted" | "taken" | "incomplete">;
    readonly again: boolean;
  }
  /** A message; `earlier` if it was sent before the client first joined. */
  | { readonly kind: "message"; readonly message: ChatMessage; readonly earlier: boolean }
  | ({ readonly kind: "lost" } & RetryAttempt);

/** Options of {@linkcode ChatSession}. */
export interface ChatSessionOptions {
  /** The requested name. */
  readonly name?: string | undefined;
  /** How many of the messages before the client joined are delivered. @default {0} */
  readonly history?: number;
  /** Attempts after a loss; having a seat again resets the counter. */
  readonly retries: number;
  /** Receives events as they happen. Must not throw. */
  readonly onEvent: (event: ChatSessionEvent) => void;
  /** Ends the session. */
  readonly signal: AbortSignal;
  /** A number in [0, 1) for the jitter. @default Math.random */
  readonly random?: () => number;
}

/** A seat and the connection that holds it. */
interface Joined {
  readonly remote: Remote;
  readonly seat: RemoteSeat;
}

/** A seat to wait for. A failure is not unhandled when no caller waits for the seat. */
function pendingSeat(): PromiseWithResolvers<Joined> {
  const pending = Promise.withResolvers<Joined>();
  pending.promise.catch(() => {});
  return pending;
}

/** Takes part in a chat. Disposing it leaves the chat. */
export class ChatSession implements AsyncDisposable {
  readonly #open: () => Promise<Remote>;
  readonly #options: ChatSessionOptions;
  readonly #left = new AbortController();
  readonly #signal: AbortSignal;
  readonly #retry: Retry;
  #joined = pendingSeat();
  /** The number of the last message that is not missed. */
  #after: number | undefined;
  /** The number of the last message that was delivered. */
  #delivered = 0;
  #name: string | undefined;
  /** Resolves after the session was disposed; rejects with the error that ended it. */
  readonly finished: Promise<void>;

  /** @param open Connects once. The session disposes the connection. */
  constructor(open: () => Promise<Remote>, options: ChatSessionOptions) {
    const { name, retries, random, signal } = options;
    this.#open = open;
    this.#options = options;
    this.#name = name;
    this.#signal = anySignal(signal, this.#left.signal);
    const onRetry = (attempt: RetryAttempt) => options.onEvent({ kind: "lost", ...attempt });
    const maximum = (error: FtError) =>
      this.#after === undefined ? firstConnectionRetries(error, 1) : Infinity;
    this.#retry = new Retry({ retries, random, signal: this.#signal, onRetry, maximum });
    this.finished = this.#run();
    this.finished.catch(() => {});
  }

  /** Waits for a seat. @returns Its name. @throws The error that ended the session. */
  async joined(): Promise<string> {
    return (await this.#whenJoined()).seat.name;
  }

  /** Sends a message as soon as there is a seat. @throws As `RemoteChat.say`; `network`. */
  async say(text: string, to?: string): Promise<void> {
    const { remote } = await this.#whenJoined();
    await remote.chat.say(text, { to, signal: this.#signal });
  }

  /** Lists the connected users. */
  async who(): Promise<readonly Presence[]> {
    const { remote } = await this.#whenJoined();
    return await remote.chat.who({ signal: this.#signal });
  }

  #whenJoined(): Promise<Joined> {
    return raceSignal(this.#joined.promise, this.#signal);
  }

  async #run(): Promise<void> {
    try {
      await this.#retry.run(() => this.#listenOnce());
    } catch (error) {
      if (this.#left.signal.aborted) return;
      this.#joined.reject(error);
      throw error;
    }
  }

  /** Takes a seat and listens until it is lost. @throws The loss, always. */
  async #listenOnce(): Promise<never> {
    await using remote = await this.#open();
    await using seat = await remote.chat.join({
      name: this.#name,
      after: this.#after,
      history: this.#options.history,
      signal: this.#signal,
    });
    this.#hasSeat({ remote, seat });
    try {
      await raceSignal(this.#listen(seat), this.#signal);
    } finally {
      this.#joined = pendingSeat();
    }
    throw new FtError("network", "the chat ended");
  }

  #hasSeat(joined: Joined): void {
    const { seat } = joined;
    const again = this.#after !== undefined;
    this.#retry.progressed();
    this.#name = seat.name;
    // A server that forgot its messages counts from the start again.
    this.#after = Math.min(this.#after ?? seat.sequence, seat.sequence);
    if (again) this.#delivered = Math.min(this.#delivered, seat.sequence);
    else this.#delivered = this.#options.history ? 0 : seat.sequence;
    this.#joined.resolve(joined);
    this.#options.onEvent({ kind: "joined", seat, again });
  }

  async #listen(seat: RemoteSeat): Promise<void> {
    for await (const message of seat.messages) {
      if (message.kind === "message") {
        // A server may repeat messages; each is shown once.
        if (message.sequence <= this.#delivered) continue;
        this.#delivered = message.sequence;
      }
      this.#deliver(message);
    }
  }

  #deliver(message: ChatMessage): void {
    const numbered = message.kind === "message";
    const earlier = numbered && message.sequence <= this.#after!;
    if (numbered && !earlier) this.#after = message.sequence;
    this.#options.onEvent({ kind: "message", message, earlier });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#left.abort(new FtError("interrupted", "the chat was left"));
    await this.finished.catch(() => {});
  }
}
