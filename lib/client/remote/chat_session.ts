/**
 * A seat that is taken again when it is lost, with what was missed.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { anySignal, delay, raceSignal } from "../../base/signals.ts";
import type { ChatMessage, Presence } from "../../chat/seat.ts";
import type { RemoteSeat } from "./remote_chat.ts";
import { backoffMs } from "./link.ts";
import type { Remote } from "./remote.ts";

/** What happens in a conversation. */
export type ChatSessionEvent =
  | { readonly kind: "joined"; readonly name: string; readonly again: boolean }
  | { readonly kind: "message"; readonly message: ChatMessage }
  | {
    readonly kind: "lost";
    readonly error: FtError;
    /** Milliseconds until the next attempt. */
    readonly waitMs: number;
  };

/** How to take part. */
export interface ChatSessionOptions {
  /** The name asked for. */
  readonly name?: string | undefined;
  /** Attempts after a loss, before it is given up. */
  readonly retries: number;
  readonly onEvent: (event: ChatSessionEvent) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Between 0 and 1; spreads clients out. @default Math.random */
  readonly random?: () => number;
}

interface Place {
  readonly remote: Remote;
  readonly seat: RemoteSeat;
}

/** A conversation. Disposing it leaves. */
export class ChatSession implements AsyncDisposable {
  readonly #open: () => Promise<Remote>;
  readonly #options: ChatSessionOptions;
  readonly #left = new AbortController();
  readonly #signal: AbortSignal;
  #place = Promise.withResolvers<Place>();
  #after: number | undefined;
  #name: string | undefined;
  #attempt = 0;
  /** Resolves when it was left; rejects with what ended it. */
  readonly finished: Promise<void>;

  /** @param open Connects once. The connection is owned. */
  constructor(open: () => Promise<Remote>, options: ChatSessionOptions) {
    this.#open = open;
    this.#options = options;
    this.#name = options.name;
    this.#signal = anySignal(options.signal, this.#left.signal);
    this.#place.promise.catch(() => {});
    this.finished = this.#run();
    this.finished.catch(() => {});
  }

  /** Waits until there is a seat. @throws What ended the conversation. */
  async joined(): Promise<string> {
    return (await this.#here()).seat.name;
  }

  /** Says something, when there is a connection. @throws As `RemoteChat.say`, `network`. */
  async say(text: string, to?: string): Promise<void> {
    const { remote } = await this.#here();
    await remote.chat.say(text, { to, signal: this.#signal });
  }

  /** Who is here. */
  async who(): Promise<readonly Presence[]> {
    const { remote } = await this.#here();
    return await remote.chat.who({ signal: this.#signal });
  }

  #here(): Promise<Place> {
    return raceSignal(this.#place.promise, this.#signal);
  }

  async #run(): Promise<void> {
    try {
      while (!this.#signal.aborted) await this.#once();
    } catch (error) {
      if (this.#left.signal.aborted) return;
      this.#place.reject(error);
      throw error;
    }
    this.#options.signal.throwIfAborted();
  }

  async #once(): Promise<void> {
    try {
      await using remote = await this.#open();
      await using seat = await remote.chat.join({
        name: this.#name,
        after: this.#after,
        signal: this.#signal,
      });
      this.#took(remote, seat);
      await raceSignal(this.#listen(seat), this.#signal);
      throw new FtError("network", "the conversation ended");
    } catch (error) {
      this.#signal.throwIfAborted();
      await this.#waitAfter(asFtError(error));
    }
  }

  #took(remote: Remote, seat: RemoteSeat): void {
    const again = this.#after !== undefined;
    this.#attempt = 0;
    this.#name = seat.name;
    // A server that has forgotten counts from the start again.
    this.#after = Math.min(this.#after ?? seat.sequence, seat.sequence);
    this.#place.resolve({ remote, seat });
    this.#options.onEvent({ kind: "joined", name: seat.name, again });
  }

  async #listen(seat: RemoteSeat): Promise<void> {
    for await (const message of seat.messages) {
      if (message.kind === "message") {
        // A number that was seen is not shown again, whatever the server repeats.
        if (message.sequence <= this.#after!) continue;
        this.#after = message.sequence;
      }
      this.#options.onEvent({ kind: "message", message });
    }
  }

  async #waitAfter(error: FtError): Promise<void> {
    if (!error.retryable || this.#attempt >= this.#options.retries) throw error;
    this.#place = Promise.withResolvers();
    this.#place.promise.catch(() => {});
    const waitMs = error.retryAfterMs ?? backoffMs(++this.#attempt, this.#options.random);
    this.#options.onEvent({ kind: "lost", error, waitMs });
    await delay(waitMs, this.#signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#left.abort(new FtError("interrupted", "the conversation was left"));
    await this.finished.catch(() => {});
  }
}
