/**
 * Decoding frames: a pure decoder, and a reader that feeds it from a stream.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { ByteQueue } from "./byte_queue.ts";
import {
  decodeFrameHeader,
  type Frame,
  FRAME_HEADER_BYTES,
  type FrameCaps,
  type FrameHeader,
} from "./frame.ts";
import { type FindPlace, PLACE_HEAD_BYTES, readToPlace } from "./payload_place.ts";

/** The input of a decoder: a {@linkcode ByteQueue} or the buffer of a reader. */
export type ByteSupply = Pick<ByteQueue, "length" | "take">;

/** Decodes frames incrementally. A header is checked before its payload arrives. */
export class FrameDecoder {
  readonly #caps: FrameCaps;
  #header: FrameHeader | undefined;

  /** @param caps The maximum payload of each known type. */
  constructor(caps: FrameCaps) {
    this.#caps = caps;
  }

  /** Whether no frame has been started. */
  get betweenFrames(): boolean {
    return this.#header === undefined;
  }

  /** The header of a frame whose payload is not complete. */
  get started(): FrameHeader | undefined {
    return this.#header;
  }

  /** Ends a frame whose payload was taken without this decoder. */
  skip(): void {
    this.#header = undefined;
  }

  /**
   * Takes the next whole frame.
   *
   * @returns `null` while more bytes are needed.
   * @throws `protocol` for an invalid header.
   */
  next(supply: ByteSupply): Frame | null {
    if (this.#header === undefined) {
      if (supply.length < FRAME_HEADER_BYTES) return null;
      this.#header = decodeFrameHeader(supply.take(FRAME_HEADER_BYTES), this.#caps);
    }
    if (supply.length < this.#header.length) return null;
    const { type, length } = this.#header;
    this.#header = undefined;
    return { type, payload: supply.take(length) };
  }
}

/**
 * Takes the type of an incomplete frame, and the beginning of its payload.
 *
 * @param latest The bytes that arrived last; the beginning, if these went to their place.
 */
export type OnPart = (type: string, start: Uint8Array, latest: Uint8Array) => void;

/** Reads frames from a {@linkcode ByteReader}. */
export class FrameReader {
  readonly #reader: ByteReader;
  readonly #decoder: FrameDecoder;
  readonly #supply: ByteSupply;
  readonly #onPart: OnPart | undefined;
  readonly #findPlace: FindPlace | undefined;

  /**
   * @param caps The maximum payload of each known type.
   * @param onPart Called when bytes arrived that do not complete a frame. @default nothing
   * @param findPlace Returns the places of large payloads. @default they are buffered
   */
  constructor(reader: ByteReader, caps: FrameCaps, onPart?: OnPart, findPlace?: FindPlace) {
    this.#reader = reader;
    this.#onPart = onPart;
    this.#findPlace = findPlace;
    this.#decoder = new FrameDecoder(caps);
    this.#supply = {
      get length() {
        return reader.buffered;
      },
      take: (n: number) => reader.takeBuffered(n)!,
    };
  }

  /** Returns the next frame if it is fully buffered. Its payload is valid until the next read. */
  takeBuffered(): Frame | null {
    return this.#decoder.next(this.#supply);
  }

  /**
   * Reads the next frame. Its payload is valid until the next read.
   *
   * @returns `null` if the stream ends between frames.
   * @throws `protocol` for an invalid header, `network` if the stream ends inside a frame.
   */
  async read(signal?: AbortSignal): Promise<Frame | null> {
    while (true) {
      const frame = this.takeBuffered();
      if (frame !== null) return frame;
      const placed = await this.#readToPlace();
      if (placed !== undefined) return placed;
      const before = this.#reader.buffered;
      if (await this.#reader.fill(signal)) {
        this.#showPart(before);
        continue;
      }
      if (this.#decoder.betweenFrames && this.#reader.buffered === 0) return null;
      throw new FtError("network", "the connection ended inside a frame");
    }
  }

  /** Reads the rest of a payload that has a place. A signal does not end that. */
  async #readToPlace(): Promise<Frame | undefined> {
    const { started } = this.#decoder;
    if (started === undefined || this.#reader.buffered < PLACE_HEAD_BYTES) return undefined;
    const { type, length } = started;
    const start = this.#reader.peekBuffered().subarray(0, PLACE_HEAD_BYTES);
    const place = this.#findPlace?.(type, start, length);
    if (place === undefined) return undefined;
    const payload = this.#reader.takeBuffered(PLACE_HEAD_BYTES)!.slice();
    const placed = length - payload.length;
    await readToPlace(this.#reader, place, placed, () => this.#onPart?.(type, payload, payload));
    this.#decoder.skip();
    return { type, payload, placed };
  }

  /** @param before Bytes of the payload that had arrived before. */
  #showPart(before: number): void {
    const header = this.#decoder.started;
    if (header === undefined || this.#reader.buffered >= header.length) return;
    const start = this.#reader.peekBuffered();
    this.#onPart?.(header.type, start, start.subarray(before));
  }
}
