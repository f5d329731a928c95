/**
 * A native connection after the first byte: reads frames, hands each to its exchange, answers
 * pings, and ends everything with one reason.
 *
 * @module
 */

import { FtError, protocolError } from "../base/errors.ts";
import { LAST_WORD_TIMEOUT_MS, MAX_GIVEN_UP_EXCHANGES } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import { raceSignal, within } from "../base/signals.ts";
import type { ByteReader } from "../wire/byte_reader.ts";
import { encodeFrameHeader, type Frame, lengthOf } from "../wire/frame.ts";
import { FrameReader } from "../wire/frame_decoder.ts";
import { Exchange, type ExchangeEnd } from "./exchange.ts";
import { type FrameType, isFrameType, nativeCaps } from "./frame_types.ts";
import { decodeCredit, decodeJson, encodeJson, exchangeId } from "./messages.ts";
import { decodeFailure, encodeFailure, failureSchema, type Hello, helloSchema } from "./schemas.ts";

/** The part of a connection a channel needs. */
export interface ChannelConnection {
  readonly signal: AbortSignal;
  send(...parts: readonly Uint8Array[]): Promise<void>;
  abort(reason: unknown): void;
}

/** What one side of a channel does with frames that are not an exchange's own. */
export interface ChannelSide {
  /** A frame that begins, ends or steers exchanges, or belongs to none. */
  receive(type: FrameType, payload: Uint8Array<ArrayBuffer>): void;
}

/** Frames that go straight to the exchange they name. */
const STREAM_TYPES: ReadonlySet<FrameType> = new Set<FrameType>(
  ["ITEM", "DGST", "BLCK", "DATA", "ZDAT", "PACK", "ZPAK", "ACKN", "HELD", "KEEP", "COMT", "DROP"],
);

/** Both sides' half of the native protocol. */
export class Channel {
  readonly #connection: ChannelConnection;
  readonly #frames: FrameReader;
  readonly #exchanges = new Map<number, Exchange>();
  /** Ids of exchanges that were given up, the latest last. */
  readonly #givenUp = new Set<number>();
  readonly #maxHeldBytes: number;
  #heldBytes = 0;
  #roomAgain: (() => void) | undefined;

  /**
   * @param reader Stands before the first frame.
   * @param maxHeldBytes Bytes it may keep for the other side before it stops reading.
   *   @default no limit
   */
  constructor(connection: ChannelConnection, reader: ByteReader, maxHeldBytes = Infinity) {
    this.#connection = connection;
    this.#frames = new FrameReader(reader, nativeCaps);
    this.#maxHeldBytes = maxHeldBytes;
  }

  /** Ends when the connection does. */
  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  /** Exchanges under way. */
  get underWay(): number {
    return this.#exchanges.size;
  }

  /** Bytes kept for the other side: what came and has no place yet, answers it does not read. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether so much is kept that nothing more is read. */
  get full(): boolean {
    return this.#heldBytes > this.#maxHeldBytes;
  }

  /** Part of the exchange's contract: counts what is kept. */
  hold(bytes: number): void {
    this.#heldBytes += bytes;
  }

  /** Part of the exchange's contract: what was kept is not any more. */
  release(bytes: number): void {
    this.#heldBytes -= bytes;
    if (!this.full) this.#roomAgain?.();
  }

  /** Sends one frame. */
  sendFrame(type: FrameType, ...parts: readonly Uint8Array[]): Promise<void> {
    return this.#connection.send(encodeFrameHeader(type, lengthOf(parts)), ...parts);
  }

  /** Sends our hello. */
  sendHello(hello: Hello): Promise<void> {
    return this.sendFrame("HELO", encodeJson(hello));
  }

  /**
   * Reads the other side's hello.
   *
   * @throws `protocol` when it is not one, or the error the other side sent instead.
   */
  async readHello(signal?: AbortSignal): Promise<Hello> {
    const frame = await this.#frames.read(signal);
    if (frame === null) throw protocolError("the connection closed before a hello");
    if (frame.type === "FAIL") throw failureOf(frame.payload);
    if (frame.type !== "HELO") throw protocolError(`${frame.type} before HELO`);
    return decodeJson(helloSchema, frame.payload, "HELO");
  }

  /** Begins an exchange with this id. @throws `protocol` when the id is taken or 0. */
  open(id: number): Exchange {
    if (id === 0 || this.#exchanges.has(id)) throw protocolError(`exchange id ${id} is taken`);
    const exchange = new Exchange(this, id);
    this.#exchanges.set(id, exchange);
    this.#givenUp.delete(id);
    return exchange;
  }

  /** The exchange with this id, while it is under way. */
  find(id: number): Exchange | undefined {
    return this.#exchanges.get(id);
  }

  /** Part of the exchange's contract: drops it. */
  closed(id: number, how: ExchangeEnd): void {
    this.#exchanges.delete(id);
    if (how === "replied") return;
    this.#givenUp.add(id);
    const [oldest] = this.#givenUp;
    if (this.#givenUp.size > MAX_GIVEN_UP_EXCHANGES) this.#givenUp.delete(oldest!);
  }

  /**
   * A frame came for an exchange that is not under way. Where it was given up the frame was on its
   * way already; else its id was damaged, and whoever waits for it would wait for ever.
   *
   * @throws `protocol`.
   */
  late(type: FrameType, id: number): void {
    if (!this.#givenUp.has(id)) throw protocolError(`${type} for exchange ${id}: there is none`);
  }

  /**
   * Reads frames until the connection ends; then every exchange ends with the reason.
   *
   * @returns What ended it: `null` for a clean end of stream.
   */
  async run(side: ChannelSide): Promise<FtError | null> {
    let ended: FtError | null = null;
    try {
      for await (const frame of this.#incoming()) {
        const answered = this.#dispatch(frame, side);
        if (answered !== undefined) await answered;
        if (this.full) await this.#room();
      }
    } catch (error) {
      ended = asFtError(error);
      if (ended.code === "protocol") await this.tellFailure(ended);
    }
    const reason = ended ?? new FtError("network", "the other side closed the connection");
    for (const exchange of [...this.#exchanges.values()]) exchange.end(reason);
    return ended;
  }

  /** What is kept finds its place without another frame: only parts of blocks need one. */
  async #room(): Promise<void> {
    const room = Promise.withResolvers<void>();
    this.#roomAgain = room.resolve;
    await raceSignal(room.promise, this.signal);
    this.#roomAgain = undefined;
  }

  async *#incoming(): AsyncGenerator<Frame> {
    while (true) {
      const frame = this.#frames.takeBuffered() ?? await this.#frames.read();
      if (frame === null) return;
      yield frame;
    }
  }

  #dispatch({ type, payload }: Frame, side: ChannelSide): Promise<void> | undefined {
    // Only optional types get past the caps without being known.
    if (!isFrameType(type)) return undefined;
    if (STREAM_TYPES.has(type)) {
      const id = exchangeId(payload);
      const exchange = this.find(id);
      if (exchange !== undefined) exchange.receive(type, payload);
      // A client may give an upload up while the reply to it is on its way.
      else if (type !== "DROP") this.late(type, id);
    } else if (type === "CRED") {
      this.find(exchangeId(payload))?.credit(decodeCredit(payload));
    } else if (type === "PING") {
      return this.sendFrame("PONG", payload.slice());
    } else if (type === "FAIL" && exchangeId(payload) === 0) {
      throw failureOf(payload);
    } else side.receive(type, payload);
    return undefined;
  }

  /** Tells the other side why the connection ends, unless it has stopped listening. */
  async tellFailure(error: FtError): Promise<void> {
    const told = this.sendFrame("FAIL", new Uint8Array(4), encodeJson(encodeFailure(error)));
    await within(told, LAST_WORD_TIMEOUT_MS).catch(() => {});
  }
}

/** The error in a FAIL payload. */
export function failureOf(payload: Uint8Array): FtError {
  return decodeFailure(decodeJson(failureSchema, payload.subarray(4), "FAIL"));
}
