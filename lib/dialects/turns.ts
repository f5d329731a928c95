/**
 * One connection on which files and broadcasts take turns.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import { LINGER_MS, UNREAD_TIMEOUT_MS } from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import { startDeadline, within } from "../base/signals.ts";
import { escapeControls } from "../base/text.ts";
import { SERVER_NAME } from "../chat/message_rules.ts";
import type { ChatMessage, ChatSeat } from "../chat/seat.ts";
import type { UserChat } from "../chat/user_chat.ts";
import type { Session } from "./dialect.ts";

/**
 * What an older peer is shown of a message: it knows one sender, the server, so that whoever else
 * spoke stands in the text. Always one line.
 */
export function broadcastText({ from, text }: ChatMessage): string {
  const line = escapeControls(text.trimEnd().replaceAll(/\r\n|[\n\r\u2028\u2029]/g, " "));
  return from === SERVER_NAME ? line : `${escapeControls(from)}: ${line}`;
}

/** Options of {@linkcode Turns}. */
export interface TurnsOptions {
  readonly dialect: string;
  /** The bytes of a broadcast. */
  readonly encode: (text: string) => Uint8Array;
}

/**
 * Holds a chat seat for a connection and passes on what is said, never while something else has
 * its turn. What waits is in the seat's queue, which is bounded. Disposing it leaves the seat.
 */
export class Turns implements AsyncDisposable {
  readonly #session: Session;
  readonly #chat: UserChat;
  readonly #options: TurnsOptions;
  readonly #turn = new Semaphore(1);
  readonly #passing: Promise<void>;
  #seat: ChatSeat | null;
  #open = true;

  constructor(session: Session, chat: UserChat, options: TurnsOptions) {
    this.#session = session;
    this.#chat = chat;
    this.#options = options;
    this.#seat = this.#join();
    this.#passing = this.#passAll();
  }

  /** Waits for a turn; disposing ends it. */
  take(): Promise<Disposable> {
    return this.#turn.acquire(this.#session.signal);
  }

  /** Sends something small between others' turns. @throws `network`: also when it is not read. */
  async send(bytes: Uint8Array): Promise<void> {
    using _turn = await this.take();
    const { connection } = this.#session;
    using deadline = startDeadline(
      UNREAD_TIMEOUT_MS,
      () => new FtError("network", "reads nothing"),
    );
    deadline.signal.addEventListener("abort", () => connection.abort(deadline.signal.reason));
    await connection.send(bytes);
  }

  /** Says something in the peer's name. @throws As {@linkcode ChatSeat.say}, `not_allowed`. */
  say(text: string): void {
    if (this.#seat !== null) this.#seat.say(text);
    else this.#chat.say(text);
  }

  /** @returns `null` for one who may not listen: files are another question. */
  #join(): ChatSeat | null {
    try {
      return this.#chat.join({ dialect: this.#options.dialect });
    } catch {
      return null;
    }
  }

  async #passAll(): Promise<void> {
    try {
      while (this.#open && this.#seat !== null) await this.#passFrom(this.#seat);
    } catch (error) {
      if (this.#open) this.#session.connection.abort(error);
    }
  }

  async #passFrom(seat: ChatSeat): Promise<void> {
    try {
      for await (const message of seat.messages) {
        // Who comes and goes is nothing an older peer expects to be told.
        if (message.kind === "message") {
          await this.send(this.#options.encode(broadcastText(message)));
        }
      }
      this.#seat = null;
    } catch (error) {
      seat[Symbol.dispose]();
      // A long file made it deaf for a while; it hears what comes from now on.
      if (!hasCode(error, "limit")) throw error;
      this.#session.log.info("chat.lost", { message: error.message });
      using _turn = await this.take();
      this.#seat = this.#join();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    this.#seat?.[Symbol.dispose]();
    if (await within(this.#passing, LINGER_MS) === "timeout") {
      this.#session.connection.abort(new FtError("network", "reads nothing"));
    }
  }
}
