/**
 * One request and all that belongs to it, among others on the same connection.
 *
 * @module
 */

import { FtError, protocolError } from "../base/errors.ts";
import { ANSWER_OVERHEAD_BYTES } from "../base/limits.ts";
import type { FrameType } from "./frame_types.ts";
import { FRAME_CAPS, windowCost } from "./frame_types.ts";
import { lengthOf } from "../wire/frame.ts";
import { uint32s } from "./messages.ts";
import { ReceiveWindow, SendWindow } from "./window.ts";

/**
 * How an exchange ended: with its reply, after which nothing more comes for it, or given up, and
 * then frames for it may still be on their way.
 */
export type ExchangeEnd = "replied" | "given up";

/** What an exchange asks of its connection. */
export interface ExchangeWire {
  sendFrame(type: FrameType, ...parts: readonly Uint8Array[]): Promise<void>;
  /** The exchange is over; frames for its id are dropped from now on. */
  closed(id: number, how: ExchangeEnd): void;
  /** So many bytes of the other side's, or for it, are kept in memory. */
  hold(bytes: number): void;
  /** They are no longer. */
  release(bytes: number): void;
}

/**
 * Takes a frame's payload, exchange id included, as it arrives. The payload is a view that holds
 * only during the call. What it throws ends the connection as a protocol error.
 *
 * @param cost What the window counts for it, to be given back by {@linkcode Exchange.consumed}.
 */
export type FrameHandler = (
  payload: Uint8Array<ArrayBuffer>,
  exchange: Exchange,
  cost: number,
) => void;

/** Handlers by frame type. A type without one is a protocol error. */
export type FrameHandlers = Partial<Record<FrameType, FrameHandler>>;

/** One exchange, on either side. */
export class Exchange {
  /** Its number on this connection. */
  readonly id: number;
  readonly #wire: ExchangeWire;
  readonly #idBytes: Uint8Array;
  readonly #ended = new AbortController();
  readonly #sendWindow = new SendWindow();
  readonly #receiveWindow: ReceiveWindow;
  #handlers: FrameHandlers = {};

  /** @param id Four bytes, never 0. */
  constructor(wire: ExchangeWire, id: number) {
    this.#wire = wire;
    this.id = id;
    this.#idBytes = uint32s(id);
    this.#receiveWindow = new ReceiveWindow(FRAME_CAPS.ZPAK, (bytes) => {
      this.send("CRED", uint32s(bytes)).catch(() => {});
    });
  }

  /** Ends when the exchange does, with the reason. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Sets who takes which frames. */
  handle(handlers: FrameHandlers): void {
    this.#handlers = handlers;
  }

  /** A frame arrived. @throws `protocol`. */
  receive(type: FrameType, payload: Uint8Array<ArrayBuffer>): void {
    const handler = this.#handlers[type];
    if (handler === undefined) throw protocolError(`unexpected ${type} in an exchange`);
    const cost = windowCost(type, payload.length, payload.subarray(4));
    if (cost > 0) this.#receiveWindow.arrived(cost);
    this.#wire.hold(cost);
    handler(payload, this, cost);
  }

  /** Windowed bytes that arrived have found their place, or are dropped. */
  consumed(bytes: number): void {
    this.#wire.release(bytes);
    if (bytes > 0 && !this.signal.aborted) this.#receiveWindow.consumed(bytes);
  }

  /** Waits until windowed frames of so many bytes can be sent without waiting for credit. */
  room(bytes: number): Promise<void> {
    return this.#sendWindow.room(bytes, this.signal);
  }

  /** The other side consumed that much. */
  credit(bytes: number): void {
    this.#sendWindow.credit(bytes);
  }

  /**
   * Sends a frame of this exchange; windowed types wait for room first.
   *
   * @throws The reason the exchange ended with.
   */
  async send(type: FrameType, ...parts: readonly Uint8Array[]): Promise<void> {
    this.signal.throwIfAborted();
    const length = this.#idBytes.length + lengthOf(parts);
    const cost = windowCost(type, length, parts[0] ?? this.#idBytes);
    if (cost > 0) await this.#sendWindow.take(cost, this.signal);
    await this.#wire.sendFrame(type, this.#idBytes, ...parts);
  }

  /** Sends the last frame and ends. */
  async finish(type: "RPLY" | "FAIL" | "STOP", ...parts: readonly Uint8Array[]): Promise<void> {
    if (this.signal.aborted) return;
    const over = new FtError("interrupted", "the exchange is over", { retryable: false });
    this.end(over, type === "RPLY" ? "replied" : "given up");
    const held = ANSWER_OVERHEAD_BYTES + lengthOf(parts);
    this.#wire.hold(held);
    try {
      await this.#wire.sendFrame(type, this.#idBytes, ...parts);
    } finally {
      this.#wire.release(held);
    }
  }

  /** Ends without a word. */
  end(reason: unknown, how: ExchangeEnd = "given up"): void {
    if (this.signal.aborted) return;
    this.#wire.closed(this.id, how);
    this.#ended.abort(reason);
  }
}
