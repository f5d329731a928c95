/**
 * The chat of one native connection: at most one seat, whose messages are pushed to the client.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { LAST_WORD_TIMEOUT_MS, SEAT_PING_MS, SEAT_SILENCE_MS } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { anySignal, delay } from "../../base/signals.ts";
import type { ChatMessage, ChatSeat, JoinOptions, OtherName } from "../../chat/seat.ts";
import type { UserChat } from "../../chat/user_chat.ts";
import type { FrameType } from "../../native/frame_types.ts";
import { encodeJson } from "../../native/messages.ts";
import { encodeFailure } from "../../native/schemas.ts";
import { encodeFrame } from "../../wire/frame.ts";
import type { Session } from "../dialect.ts";

const NO_EXCHANGE = new Uint8Array(4);

/** Frames by message: many seats get the same message, so its frame is encoded once. */
const frames = new WeakMap<ChatMessage, Uint8Array>();

function frameOf(message: ChatMessage): Uint8Array {
  const known = frames.get(message);
  if (known !== undefined) return known;
  const frame = encodeFrame("MESG", encodeJson(message));
  frames.set(message, frame);
  return frame;
}

function aborted(signal: AbortSignal): Promise<unknown> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

/** Sends one frame. */
export type SendFrame = (type: FrameType, ...parts: readonly Uint8Array[]) => Promise<void>;

/** The seat of a connection. Disposing it leaves the chat. */
export class ConnectionSeat implements Disposable {
  readonly #session: Session;
  readonly #send: SendFrame;
  #seat: ChatSeat | undefined;

  /** @param send Sends on the session's connection. */
  constructor(session: Session, send: SendFrame) {
    this.#session = session;
    this.#send = send;
  }

  /**
   * Takes a seat.
   *
   * @param replied Aborts when the client has its reply; messages are sent only after that.
   * @throws `conflict` if the connection has one, and what {@linkcode UserChat.join} throws.
   */
  join(
    chat: UserChat,
    { name, after, history }: Pick<JoinOptions, "name" | "after" | "history">,
    replied: AbortSignal,
  ): Pick<ChatSeat, "name" | "sequence"> & Partial<OtherName & Pick<ChatSeat, "incomplete">> {
    if (this.#seat !== undefined) throw new FtError("conflict", "this connection has a seat");
    const seat = chat.join({ dialect: "native", name, after, history });
    this.#seat = seat;
    const left = new AbortController();
    void this.#push(seat, replied).finally(() => left.abort());
    void this.#keepAlive(left.signal);
    const { sequence, other, incomplete } = seat;
    return { name: seat.name, sequence, ...other, ...(incomplete && { incomplete }) };
  }

  /** Gives up the seat, if there is one. */
  leave(): void {
    this.#seat?.[Symbol.dispose]();
    this.#seat = undefined;
  }

  /** Sends a message from the seat, or without one in the user's name. */
  async say(chat: UserChat, text: string, to: string | undefined): Promise<void> {
    if (this.#seat === undefined) await chat.say(text, { to });
    else await this.#seat.say(text, to);
  }

  async #push(seat: ChatSeat, replied: AbortSignal): Promise<void> {
    try {
      const { connection } = this.#session;
      await aborted(replied);
      for await (const message of seat.messages) await connection.send(frameOf(message));
    } catch (thrown) {
      await this.#lose(seat, asFtError(thrown));
    } finally {
      seat[Symbol.dispose]();
    }
  }

  /** Sends the client the reason for the loss of its seat; disconnects one that may no longer chat. */
  async #lose(seat: ChatSeat, error: FtError): Promise<void> {
    if (this.#seat === seat) this.#seat = undefined;
    const { connection } = this.#session;
    if (connection.signal.aborted) return;
    const failure = encodeJson(encodeFailure(error));
    try {
      if (error.code !== "not_allowed") return await this.#send("GONE", failure);
      await this.#send("FAIL", NO_EXCHANGE, failure);
      await connection.closeWrite();
      await delay(LAST_WORD_TIMEOUT_MS, connection.signal);
      connection.abort(error);
    } catch {
      // The client has disconnected.
    }
  }

  /** Pings a client that only listens, and aborts the connection if it does not answer. */
  async #keepAlive(left: AbortSignal): Promise<void> {
    const { connection } = this.#session;
    const signal = anySignal(left, connection.signal);
    while (!signal.aborted) {
      await delay(SEAT_PING_MS, signal).catch(() => {});
      const silentMs = performance.now() - connection.lastReadMs;
      if (signal.aborted || silentMs < SEAT_PING_MS) continue;
      if (silentMs >= SEAT_SILENCE_MS) {
        connection.abort(new FtError("network", "a client with a seat does not answer"));
      } else this.#send("PING", new Uint8Array(8)).catch(() => {});
    }
  }

  [Symbol.dispose](): void {
    this.leave();
  }
}
