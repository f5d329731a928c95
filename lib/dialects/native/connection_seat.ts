/**
 * The chat of one native connection: at most one seat, whose messages are pushed to the client.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { SEAT_PING_MS, SEAT_SILENCE_MS } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { anySignal, delay } from "../../base/signals.ts";
import type { ChatMessage, ChatSeat, JoinOptions } from "../../chat/seat.ts";
import type { UserChat } from "../../chat/user_chat.ts";
import type { FrameType } from "../../native/frame_types.ts";
import { encodeJson } from "../../native/messages.ts";
import { encodeFailure } from "../../native/schemas.ts";
import { encodeFrame } from "../../wire/frame.ts";
import type { Session } from "../dialect.ts";

/** Milliseconds a client gets to disconnect after the operator removed it from the chat. */
const DISCONNECT_TIMEOUT_MS = 1000;
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

/** The timeouts of a client that has a seat and sends nothing, in milliseconds. */
export interface KeepaliveTimeouts {
  /** Silence after which the client is pinged. @default {SEAT_PING_MS} */
  readonly pingMs: number;
  /** Silence after which the connection is aborted. @default {SEAT_SILENCE_MS} */
  readonly silenceMs: number;
}

const DEFAULT_TIMEOUTS: KeepaliveTimeouts = { pingMs: SEAT_PING_MS, silenceMs: SEAT_SILENCE_MS };

/** Sends one frame. */
export type SendFrame = (type: FrameType, ...parts: readonly Uint8Array[]) => Promise<void>;

/** The seat of a connection. Disposing it leaves the chat. */
export class ConnectionSeat implements Disposable {
  readonly #session: Session;
  readonly #send: SendFrame;
  readonly #timeouts: KeepaliveTimeouts;
  #seat: ChatSeat | undefined;

  /** @param send Sends on the session's connection. */
  constructor(session: Session, send: SendFrame, timeouts: KeepaliveTimeouts = DEFAULT_TIMEOUTS) {
    this.#session = session;
    this.#send = send;
    this.#timeouts = timeouts;
  }

  /**
   * Takes a seat.
   *
   * @param replied Aborts when the client has its reply; messages are sent only after that.
   * @throws `conflict` if the connection has one, and what {@linkcode UserChat.join} throws.
   */
  join(
    chat: UserChat,
    { name, after }: Pick<JoinOptions, "name" | "after">,
    replied: AbortSignal,
  ): { name: string; sequence: number } {
    if (this.#seat !== undefined) throw new FtError("conflict", "this connection has a seat");
    const seat = chat.join({ dialect: "native", name, after });
    this.#seat = seat;
    const left = new AbortController();
    void this.#push(seat, replied).finally(() => left.abort());
    void this.#keepAlive(left.signal);
    return { name: seat.name, sequence: seat.sequence };
  }

  /** Gives up the seat, if there is one. */
  leave(): void {
    this.#seat?.[Symbol.dispose]();
    this.#seat = undefined;
  }

  /** Sends a message from the seat, or without one in the user's name. */
  say(chat: UserChat, text: string, to: string | undefined): void {
    if (this.#seat === undefined) chat.say(text, { to });
    else this.#seat.say(text, to);
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

  /** Tells the client why it lost its seat; if it may not chat any more, disconnects it. */
  async #lose(seat: ChatSeat, error: FtError): Promise<void> {
    if (this.#seat === seat) this.#seat = undefined;
    const { connection } = this.#session;
    if (connection.signal.aborted) return;
    const failure = encodeJson(encodeFailure(error));
    try {
      if (error.code !== "not_allowed") return await this.#send("GONE", failure);
      await this.#send("FAIL", NO_EXCHANGE, failure);
      await connection.closeWrite();
      await delay(DISCONNECT_TIMEOUT_MS, connection.signal);
      connection.abort(error);
    } catch {
      // The client has disconnected.
    }
  }

  /** Pings a client that only listens, and aborts the connection if it does not answer. */
  async #keepAlive(left: AbortSignal): Promise<void> {
    const { connection } = this.#session;
    const { pingMs, silenceMs } = this.#timeouts;
    const signal = anySignal(left, connection.signal);
    while (!signal.aborted) {
      await delay(pingMs, signal).catch(() => {});
      const silentMs = performance.now() - connection.lastReadMs;
      if (signal.aborted || silentMs < pingMs) continue;
      if (silentMs >= silenceMs) {
        connection.abort(new FtError("network", "a client with a seat does not answer"));
      } else this.#send("PING", new Uint8Array(8)).catch(() => {});
    }
  }

  [Symbol.dispose](): void {
    this.leave();
  }
}
