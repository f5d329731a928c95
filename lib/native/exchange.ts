/**
 * An exchange: one request and its frames, multiplexed with others on a connection.
 *
 * @module
 */

import { FtError, protocolError } from "../base/errors.ts";
import { BUFFERED_OVERHEAD_BYTES } from "../base/limits.ts";
import type { FrameType } from "./frame_types.ts";
import { FRAME_CAPS, windowCost } from "./frame_types.ts";
import { lengthOf } from "../wire/frame.ts";
import type { PayloadPlace } from "../wire/payload_place.ts";
import type { Line } from "./line.ts";
import { uint32s } from "./messages.ts";
import { ReceiveWindow, SendWindow } from "./window.ts";

/**
 * How an exchange ended. After its reply no more frames come for it; if it was given up, the peer
 * may already have sent some.
 */
export type ExchangeEnd = "replied" | "given up";

/** A frame to send: its type, and the parts of its payload. */
export type OutgoingFrame = readonly [type: FrameType, ...parts: Uint8Array[]];

/** The part of a channel that an exchange uses. */
export interface ExchangeWire {
  readonly line: Line;
  sendFrame(type: FrameType, ...parts: readonly Uint8Array[]): Promise<void>;
  /** Sends frames, of which small ones share a write with the next. */
  sendFrames(frames: readonly OutgoingFrame[]): Promise<void>;
  /** Called when the exchange has ended. */
  closed(id: number, how: ExchangeEnd): void;
  /** Counts bytes buffered in memory for the peer. */
  addBuffered(bytes: number): void;
  /** Counts bytes that are no longer buffered. */
  removeBuffered(bytes: number): void;
}

/**
 * Handles the payload of a received frame, exchange id included. The payload is a view that is valid
 * only during the call. An error it throws ends the connection.
 *
 * @param cost The frame's cost in the window, to be returned by {@linkcode Exchange.consumed}.
 * @param placed Bytes that follow those in `payload`, and were read to their place.
 */
export type FrameHandler = (
  payload: Uint8Array<ArrayBuffer>,
  exchange: Exchange,
  cost: number,
  placed: number,
) => void;

/** Frames of content, which belong to a block that is counted with its first frame. */
const CONTINUING: ReadonlySet<FrameType> = new Set<FrameType>(["DATA", "BULK", "ZDAT"]);

/** Handlers by frame type. A frame without a handler is a protocol error. */
export interface FrameHandlers extends Partial<Record<FrameType, FrameHandler>> {
  /** Returns the place for the content of a frame, of this length; `undefined` to buffer it. */
  readonly place?: (bytes: number) => PayloadPlace | undefined;
}

/** One side of an exchange. */
export class Exchange {
  /** The number of the exchange on its connection. */
  readonly id: number;
  readonly #wire: ExchangeWire;
  readonly #idBytes: Uint8Array;
  readonly #ended = new AbortController();
  readonly #sendWindow: SendWindow;
  readonly #receiveWindow: ReceiveWindow;
  #handlers: FrameHandlers = {};

  /** @param id An unsigned 32-bit integer, not 0. */
  constructor(wire: ExchangeWire, id: number) {
    this.#wire = wire;
    this.id = id;
    this.#idBytes = uint32s(id);
    this.#sendWindow = new SendWindow(wire.line);
    const grant = (bytes: number) => this.#grant(bytes);
    this.#receiveWindow = new ReceiveWindow(FRAME_CAPS.ZPAK, wire.line, grant);
  }

  /** Aborted when the exchange ends, with the reason. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Whether the peer may have to wait until this side consumes what was received. */
  get windowFull(): boolean {
    return this.#receiveWindow.full;
  }

  /** Bytes that the peer may have in flight. */
  get windowBytes(): number {
    return this.#receiveWindow.size;
  }

  /** Prepares the window for content that the peer is about to send, with credit if it grows. */
  expectContent(): void {
    const more = this.#receiveWindow.begin();
    if (more > 0) this.#grant(more);
  }

  /** Prepares the window for content. @returns Its size if it grew, which the request has to tell. */
  requestContent(): number | undefined {
    return this.#receiveWindow.begin() > 0 ? this.windowBytes : undefined;
  }

  /** Sets the window with which the peer's request begins. */
  beginWindow(bytes: number): void {
    this.#sendWindow.begin(bytes);
  }

  #grant(bytes: number): void {
    this.send("CRED", uint32s(bytes)).catch(() => {});
  }

  /** Sets the handlers. */
  handle(handlers: FrameHandlers): void {
    this.#handlers = handlers;
  }

  /** Returns the place for content that is about to arrive after the exchange id, if it has one. */
  place(type: string, bytes: number): PayloadPlace | undefined {
    return type === "DATA" || type === "BULK" ? this.#handlers.place?.(bytes) : undefined;
  }

  /**
   * Handles a received frame.
   *
   * @param placed Bytes that follow those in `payload`, and were read to their place.
   * @throws `protocol` for an unexpected one.
   */
  receive(type: FrameType, payload: Uint8Array<ArrayBuffer>, placed = 0): void {
    const handler = this.#handlers[type];
    if (handler === undefined) throw protocolError(`unexpected ${type} in an exchange`);
    const cost = windowCost(type, payload.length + placed, payload.subarray(4));
    if (cost > 0) this.#receiveWindow.arrived(cost);
    this.#wire.addBuffered(CONTINUING.has(type) ? cost : cost + BUFFERED_OVERHEAD_BYTES);
    handler(payload, this, cost, placed);
  }

  /** Returns the window of a received frame, or of a whole block, that was stored or discarded. */
  consumed(bytes: number): void {
    this.#wire.removeBuffered(bytes + BUFFERED_OVERHEAD_BYTES);
    if (bytes > 0 && !this.signal.aborted) this.#receiveWindow.consumed(bytes);
  }

  /** Counts memory for small files in a received frame, until the result is disposed. */
  holdFiles(count: number): Disposable {
    const bytes = count * BUFFERED_OVERHEAD_BYTES;
    this.#wire.addBuffered(bytes);
    return { [Symbol.dispose]: () => this.#wire.removeBuffered(bytes) };
  }

  /** Waits until windowed frames of `bytes` in all can be sent without waiting for credit. */
  room(bytes: number): Promise<void> {
    return this.#sendWindow.room(bytes, this.signal);
  }

  /** Handles credit: the peer consumed `bytes`. */
  credit(bytes: number): void {
    this.#sendWindow.credit(bytes);
  }

  /**
   * Sends a frame. A windowed type first waits for room in the window.
   *
   * @throws The reason the exchange ended.
   */
  async send(type: FrameType, ...parts: readonly Uint8Array[]): Promise<void> {
    this.signal.throwIfAborted();
    const length = this.#idBytes.length + lengthOf(parts);
    const cost = windowCost(type, length, parts[0] ?? this.#idBytes);
    if (cost > 0) await this.#sendWindow.take(cost, this.signal);
    await this.#wire.sendFrame(type, this.#idBytes, ...parts);
  }

  /**
   * Sends windowed frames together, once there is room for all of them.
   *
   * @throws The reason the exchange ended.
   */
  async sendTogether(...frames: OutgoingFrame[]): Promise<void> {
    const costs = frames.map(([type, ...parts]) => {
      return windowCost(type, this.#idBytes.length + lengthOf(parts), parts[0]!);
    });
    const cost = costs.reduce((sum, cost) => sum + cost, 0);
    await this.#sendWindow.take(cost, this.signal, cost);
    await this.#wire.sendFrames(
      frames.map(([type, ...parts]) => [type, this.#idBytes, ...parts]),
    );
  }

  /** The connection's line. */
  get line(): Line {
    return this.#wire.line;
  }

  /** Ends the exchange with a last frame. */
  async finish(type: "RPLY" | "FAIL" | "STOP", ...parts: readonly Uint8Array[]): Promise<void> {
    if (this.signal.aborted) return;
    const over = new FtError("interrupted", "the exchange is over");
    this.end(over, type === "RPLY" ? "replied" : "given up");
    const buffered = BUFFERED_OVERHEAD_BYTES + lengthOf(parts);
    this.#wire.addBuffered(buffered);
    try {
      await this.#wire.sendFrame(type, this.#idBytes, ...parts);
    } finally {
      this.#wire.removeBuffered(buffered);
    }
  }

  /** Ends the exchange without a frame. */
  end(reason: unknown, how: ExchangeEnd = "given up"): void {
    if (this.signal.aborted) return;
    this.#wire.closed(this.id, how);
    this.#receiveWindow.end();
    this.#ended.abort(reason);
  }
}
