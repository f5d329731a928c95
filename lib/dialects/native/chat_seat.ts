/**
 * The chat of one native connection: at most one seat, whose messages are pushed.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { SEAT_PING_MS, SEAT_SILENCE_MS } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { anySignal, delay } from "../../base/signals.ts";
import type { ChatMessage, ChatSeat, UserChat } from "../../chat/seat.ts";
import type { FrameType } from "../../native/frame_types.ts";
import { encodeJson } from "../../native/messages.ts";
import { encodeFrame } from "../../wire/frame.ts";
import { encodeFailure } from "../../native/schemas.ts";
import type { Session } from "../dialect.ts";

/** Milliseconds a client gets to hang up after it was told why it must. */
const LAST_WORD_MS = 1000;
const NO_EXCHANGE = new Uint8Array(4);

/** What a client asks for with `join`. */
export interface JoinRequest {
  readonly name?: string | undefined;
  readonly after?: number | undefined;
}

/** A message goes to many seats: its frame is made once. */
const frames = new WeakMap<ChatMessage, Uint8Array>();

function frameOf(message: ChatMessage): Uint8Array {
  const known = frames.get(message);
  if (known !== undefined) return known;
  const frame = encodeFrame("MESG", encodeJson(message));
  frames.set(message, frame);
  return frame;
}

/** When a client that only listens is asked whether it is there, and when it counts as gone. */
export interface Patience {
  /** @default {SEAT_PING_MS} */
  readonly pingMs: number;
  /** @default {SEAT_SILENCE_MS} */
  readonly silenceMs: number;
}

const PATIENCE: Patience = { pingMs: SEAT_PING_MS, silenceMs: SEAT_SILENCE_MS };

/** Sends one frame. */
export type SendFrame = (type: FrameType, ...parts: readonly Uint8Array[]) => Promise<void>;

/** The seat of a connection. Disposing it leaves. */
export class Talk implements Disposable {
  readonly #session: Session;
  readonly #send: SendFrame;
  readonly #patience: Patience;
  #seat: ChatSeat | undefined;

  /** @param send Sends on the session's connection. */
  constructor(session: Session, send: SendFrame, patience: Patience = PATIENCE) {
    this.#session = session;
    this.#send = send;
    this.#patience = patience;
  }

  /** Takes the connection's seat. @throws `conflict` when it has one, and what the door refuses. */
  join(chat: UserChat, { name, after }: JoinRequest): { name: string; sequence: number } {
    if (this.#seat !== undefined) throw new FtError("conflict", "this connection has a seat");
    const seat = chat.join({ dialect: "native", name, after });
    this.#seat = seat;
    const quiet = new AbortController();
    void this.#push(seat).finally(() => quiet.abort());
    void this.#keepAlive(quiet.signal);
    return { name: seat.name, sequence: seat.sequence };
  }

  /** Gives the seat up, if there is one. */
  leave(): void {
    this.#seat?.[Symbol.dispose]();
    this.#seat = undefined;
  }

  /** Says something from the seat, or else in the caller's name. */
  say(chat: UserChat, text: string, to: string | undefined): void {
    if (this.#seat === undefined) chat.say(text, { to, dialect: "native" });
    else this.#seat.say(text, to);
  }

  async #push(seat: ChatSeat): Promise<void> {
    try {
      const { connection } = this.#session;
      for await (const message of seat.messages) await connection.send(frameOf(message));
    } catch (thrown) {
      await this.#lose(seat, asFtError(thrown));
    } finally {
      seat[Symbol.dispose]();
    }
  }

  /** The seat was taken away: says why; an operator's word ends the connection too. */
  async #lose(seat: ChatSeat, error: FtError): Promise<void> {
    if (this.#seat === seat) this.#seat = undefined;
    const { connection } = this.#session;
    if (connection.signal.aborted) return;
    const failure = encodeJson(encodeFailure(error));
    try {
      if (error.code !== "not_allowed") return await this.#send("GONE", failure);
      await this.#send("FAIL", NO_EXCHANGE, failure);
      await connection.closeWrite();
      await delay(LAST_WORD_MS, connection.signal);
      connection.abort(error);
    } catch {
      // The client is gone, and the connection with it.
    }
  }

  /** A client that only listens is asked now and then whether it is still there. */
  async #keepAlive(quiet: AbortSignal): Promise<void> {
    const { connection } = this.#session;
    const { pingMs, silenceMs } = this.#patience;
    const signal = anySignal(quiet, connection.signal);
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
