/**
 * Lets files and broadcasts take turns on one connection.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import { LINGER_MS, UNREAD_TIMEOUT_MS } from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import { startDeadline, within } from "../base/signals.ts";
import { escapeControls } from "../base/text.ts";
import type { ChatMessage, ChatSeat } from "../chat/seat.ts";
import { SERVER_NAME } from "../chat/seat_name.ts";
import type { UserChat } from "../chat/user_chat.ts";
import type { Session } from "./dialect.ts";

/**
 * The text of a message for a legacy client, as one line. In these dialects only the server sends
 * messages, so the text names any other sender.
 */
export function broadcastText({ from, text }: ChatMessage): string {
  const line = escapeControls(text.trimEnd().replaceAll(/\r\n|[\n\r\u2028\u2029]/g, " "));
  return from === SERVER_NAME ? line : `${escapeControls(from)}: ${line}`;
}

/** Options of {@linkcode Turns}. */
export interface TurnsOptions {
  /** The name of the dialect. */
  readonly dialect: string;
  /** Encodes a broadcast. */
  readonly encode: (text: string) => Uint8Array;
}

/**
 * Holds the chat seat of a connection and sends its messages between other answers. Messages wait
 * in the seat's queue, which is bounded. Disposing leaves the chat.
 */
export class Turns implements AsyncDisposable {
  readonly #session: Session;
  readonly #chat: UserChat;
  readonly #options: TurnsOptions;
  readonly #turn = new Semaphore(1);
  readonly #sending: Promise<void>;
  #seat: ChatSeat | null;
  #open = true;

  constructor(session: Session, chat: UserChat, options: TurnsOptions) {
    this.#session = session;
    this.#chat = chat;
    this.#options = options;
    this.#seat = this.#join();
    this.#sending = this.#sendAll();
  }

  /** Waits for a turn, which lasts until the result is disposed. */
  take(): Promise<Disposable> {
    return this.#turn.acquire(this.#session.signal);
  }

  /** Sends a small answer in its own turn. @throws `network`, also if the client does not read it. */
  async send(bytes: Uint8Array): Promise<void> {
    using _turn = await this.take();
    const { connection } = this.#session;
    using deadline = startDeadline(
      UNREAD_TIMEOUT_MS,
      () => new FtError("network", "the client does not read"),
    );
    deadline.signal.addEventListener("abort", () => connection.abort(deadline.signal.reason));
    await connection.send(bytes);
  }

  /** Sends a message in the client's name. @throws As {@linkcode UserChat.say}. */
  async say(text: string): Promise<void> {
    if (this.#seat !== null) await this.#seat.say(text);
    else await this.#chat.say(text);
  }

  /** @returns `null` if the user may not chat; it may still be allowed to transfer files. */
  #join(): ChatSeat | null {
    try {
      return this.#chat.join({ dialect: this.#options.dialect });
    } catch {
      return null;
    }
  }

  async #sendAll(): Promise<void> {
    try {
      while (this.#open && this.#seat !== null) await this.#sendFrom(this.#seat);
    } catch (error) {
      if (this.#open) this.#session.connection.abort(error);
    }
  }

  async #sendFrom(seat: ChatSeat): Promise<void> {
    try {
      for await (const message of seat.messages) {
        // Legacy clients do not expect notices.
        if (message.kind === "message") {
          await this.send(this.#options.encode(broadcastText(message)));
        }
      }
      this.#seat = null;
    } catch (error) {
      seat[Symbol.dispose]();
      // Its queue overflowed, perhaps during a long file: continue with new messages.
      if (!hasCode(error, "limit")) throw error;
      this.#session.log.info("chat.lost", { message: error.message });
      this.#seat = this.#join();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    this.#seat?.[Symbol.dispose]();
    if (await within(this.#sending, LINGER_MS) === "timeout") {
      this.#session.connection.abort(new FtError("network", "the client does not read"));
    }
  }
}
