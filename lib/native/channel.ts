/**
 * A native connection: reads frames, dispatches them to their exchanges, answers pings, and ends
 * every exchange when the connection ends.
 *
 * @module
 */

import { FtError, protocolError } from "../base/errors.ts";
import { INFLATED_A_TURN_BYTES, LAST_WORD_TIMEOUT_MS } from "../base/limits.ts";
import { nextTurn } from "../base/next_turn.ts";
import { asFtError } from "../base/os_errors.ts";
import { raceSignal, within } from "../base/signals.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import { encodeFrameHeader, type Frame, lengthOf } from "../wire/frame.ts";
import { FrameReader } from "../wire/frame_decoder.ts";
import { Exchange, type ExchangeEnd, type OutgoingFrame } from "./exchange.ts";
import {
  ANSWER_TYPES,
  CROSSING,
  type FrameType,
  isFrameType,
  nativeCaps,
  STREAM_TYPES,
  windowCost,
} from "./frame_types.ts";
import { GivenUp } from "./given_up.ts";
import { Line } from "./line.ts";
import { decodeCredit, decodeJson, encodeJson, exchangeId } from "./messages.ts";
import { Pings } from "./pings.ts";
import { decodeFailure, encodeFailure, failureSchema, type Hello, helloSchema } from "./schemas.ts";
import { isSwallowed } from "./swallowed.ts";

/** The part of a connection that a channel uses. */
export interface ChannelConnection {
  readonly signal: AbortSignal;
  send(...parts: readonly Uint8Array[]): Promise<void>;
  abort(reason: unknown): void;
}

/** Handles the frames that are not dispatched to an exchange. */
export interface ChannelSide {
  /** Handles a frame that begins, ends or controls an exchange, or belongs to none. */
  receive(type: FrameType, payload: Uint8Array<ArrayBuffer>): void;
}

/** One side of a native connection; the same for client and server. */
export class Channel {
  /** The line to the peer. */
  readonly line: Line;
  readonly #connection: ChannelConnection;
  readonly #frames: FrameReader;
  readonly #exchanges = new Map<number, Exchange>();
  readonly #givenUp = new GivenUp();
  readonly #pings = new Pings((payload) => this.sendFrame("PING", payload));
  readonly #maxBufferedBytes: number;
  #bufferedBytes = 0;
  /** Content bytes decompressed since the event loop had a turn. */
  #inflatedBytes = 0;
  #answeredMs = performance.now();
  #resume: (() => void) | undefined;

  /**
   * @param reader Positioned at the first frame.
   * @param maxBufferedBytes Reading pauses while more bytes are buffered for the peer.
   *   @default {Infinity}
   */
  constructor(
    connection: ChannelConnection,
    reader: ByteReader,
    maxBufferedBytes = Infinity,
    line: Line = new Line(),
  ) {
    this.line = line;
    this.#connection = connection;
    this.#frames = new FrameReader(
      reader,
      nativeCaps,
      (type, start, latest) => isSwallowed(latest) || this.#noteAnswer(type, start),
      (type, start, length) => {
        const id = exchangeId(start);
        const place = this.find(id)?.place(type, length - start.length);
        return place ?? this.#givenUp.place(type, id);
      },
    );
    this.#maxBufferedBytes = maxBufferedBytes;
  }

  /** Aborted when the connection ends. */
  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  /** The number of active exchanges. */
  get activeExchanges(): number {
    return this.#exchanges.size;
  }

  /** Bytes buffered for the peer: received content not yet consumed, and unread answers. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Whether reading pauses because too many bytes are buffered. */
  get full(): boolean {
    return this.#bufferedBytes > this.#maxBufferedBytes + this.line.budget.used;
  }

  /**
   * When the last byte arrived that belongs to an exchange, in milliseconds of the monotonic clock.
   * Keepalives, pings, messages and unknown frames do not count, also inside another frame.
   */
  get answeredMs(): number {
    return this.#answeredMs;
  }

  /** Whether the peer may have to wait until this side consumes what an exchange received. */
  get consumesSlowly(): boolean {
    return this.#exchanges.values().some((exchange) => exchange.windowFull);
  }

  #noteAnswer(type: string, start: Uint8Array): void {
    if (start.length < 4 || !ANSWER_TYPES.has(type)) return;
    const id = exchangeId(start);
    if (this.#exchanges.has(id) || this.#givenUp.expects(id)) this.#answeredMs = performance.now();
  }

  /** Counts buffered bytes. For exchanges only. */
  addBuffered(bytes: number): void {
    this.#bufferedBytes += bytes;
  }

  /** Counts bytes that are no longer buffered. For exchanges only. */
  removeBuffered(bytes: number): void {
    this.#bufferedBytes -= bytes;
    if (!this.full) this.#resume?.();
  }

  /** Sends one frame. */
  sendFrame(type: FrameType, ...parts: readonly Uint8Array[]): Promise<void> {
    return this.sendFrames([[type, ...parts]]);
  }

  /** Sends frames one after the other. */
  sendFrames(frames: readonly OutgoingFrame[]): Promise<void> {
    return this.#connection.send(
      ...frames.flatMap(([type, ...parts]) => [encodeFrameHeader(type, lengthOf(parts)), ...parts]),
    );
  }

  /** Sends the hello of this side. */
  sendHello(hello: Hello): Promise<void> {
    return this.sendFrame("HELO", encodeJson(hello));
  }

  /**
   * Reads the hello of the peer.
   *
   * @throws `protocol` if the first frame is not a hello, or the error that the peer sent instead.
   */
  async readHello(signal?: AbortSignal): Promise<Hello> {
    const frame = await this.#frames.read(signal);
    if (frame === null) throw protocolError("the connection closed before a hello");
    if (frame.type === "FAIL") throw failureOf(frame.payload);
    if (frame.type !== "HELO") throw protocolError(`${frame.type} before HELO`);
    const hello = decodeJson(helloSchema, frame.payload, "HELO");
    this.line.greeted(hello.features);
    return hello;
  }

  /** Measures the round-trip time in milliseconds. @throws The signal's reason. */
  async ping(signal: AbortSignal): Promise<number> {
    const ms = await this.#pings.ask(signal);
    this.line.answeredIn(ms);
    return ms;
  }

  /** Begins an exchange. @throws `protocol` if the id is taken or 0. */
  open(id: number): Exchange {
    if (id === 0 || this.#exchanges.has(id)) throw protocolError(`exchange id ${id} is taken`);
    const exchange = new Exchange(this, id);
    this.#exchanges.set(id, exchange);
    this.#givenUp.delete(id);
    return exchange;
  }

  /** Returns the active exchange with this id. */
  find(id: number): Exchange | undefined {
    return this.#exchanges.get(id);
  }

  /** Removes an exchange that has ended. For exchanges only. */
  closed(id: number, how: ExchangeEnd): void {
    const { windowBytes } = this.#exchanges.get(id)!;
    this.#exchanges.delete(id);
    if (how === "given up") this.#givenUp.add(id, windowBytes);
  }

  /**
   * Checks a frame for an exchange that is not active.
   *
   * @throws `protocol` if the exchange was not given up.
   */
  requireGivenUp(type: FrameType, id: number): void {
    this.#givenUp.require(type, id);
  }

  /**
   * Reads frames until the connection ends, then ends every exchange with the reason.
   *
   * @returns The error that ended the connection; `null` if the stream ended between frames.
   */
  async run(side: ChannelSide): Promise<FtError | null> {
    let ended: FtError | null = null;
    try {
      for await (const frame of this.#incoming()) {
        const answered = this.#dispatch(frame, side);
        if (answered !== undefined) await answered;
        if (this.#inflates(frame)) await nextTurn();
        if (this.full) await this.#room();
      }
    } catch (error) {
      ended = asFtError(error);
      if (ended.code === "protocol") await this.sendFailure(ended);
    }
    const reason = ended ?? new FtError("network", "the other side closed the connection");
    for (const exchange of [...this.#exchanges.values()]) exchange.end(reason);
    return ended;
  }

  /**
   * Counts compressed content: one read of it may expand to a thousand times its bytes.
   *
   * @returns Whether the event loop should have a turn.
   */
  #inflates({ type, payload }: Frame): boolean {
    if (type !== "ZDAT" && type !== "ZPAK") return false;
    this.#inflatedBytes += windowCost(type, payload.length, payload.subarray(4));
    if (this.#inflatedBytes < INFLATED_A_TURN_BYTES) return false;
    this.#inflatedBytes = 0;
    return true;
  }

  /**
   * Waits until fewer bytes are buffered. This needs no further frame: only incomplete blocks wait
   * for one, and they do not fill the buffer.
   */
  async #room(): Promise<void> {
    const room = Promise.withResolvers<void>();
    this.#resume = room.resolve;
    await raceSignal(room.promise, this.signal);
    this.#resume = undefined;
  }

  async *#incoming(): AsyncGenerator<Frame> {
    while (true) {
      const frame = this.#frames.takeBuffered() ?? await this.#frames.read();
      if (frame === null) return;
      yield frame;
    }
  }

  #dispatch({ type, payload, placed = 0 }: Frame, side: ChannelSide): Promise<void> | undefined {
    // The caps admit unknown types only if they are optional.
    if (!isFrameType(type)) return undefined;
    this.#noteAnswer(type, payload);
    if (STREAM_TYPES.has(type)) {
      const id = exchangeId(payload);
      const exchange = this.find(id);
      if (exchange !== undefined) exchange.receive(type, payload, placed);
      // A client may drop an upload, or end a read, before it receives the reply that ends it.
      else if (!CROSSING.has(type)) {
        this.requireGivenUp(type, id);
        this.#givenUp.arrived(payload.length + placed);
      }
    } else if (type === "CRED") {
      this.find(exchangeId(payload))?.credit(decodeCredit(payload));
    } else if (type === "PING") {
      // A failed write ends the connection itself, unless this side has only closed its half.
      return this.sendFrame("PONG", payload.slice()).catch(() => {});
    } else if (type === "FAIL" && exchangeId(payload) === 0) {
      throw failureOf(payload);
    } else {
      if (type === "PONG") this.#pings.answered(payload);
      side.receive(type, payload);
    }
    return undefined;
  }

  /** Sends the reason the connection ends, unless the peer has stopped reading. */
  async sendFailure(error: FtError): Promise<void> {
    const sent = this.sendFrame("FAIL", new Uint8Array(4), encodeJson(encodeFailure(error)));
    await within(sent, LAST_WORD_TIMEOUT_MS).catch(() => {});
  }
}

/** Decodes the error in a FAIL payload, exchange id included. */
export function failureOf(payload: Uint8Array): FtError {
  return decodeFailure(decodeJson(failureSchema, payload.subarray(4), "FAIL"));
}
