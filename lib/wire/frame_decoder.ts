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

/** Takes the type of an incomplete frame, and the beginning of its payload. */
export type OnPart = (type: string, start: Uint8Array) => void;

/** Reads frames from a {@linkcode ByteReader}. */
export class FrameReader {
  readonly #reader: ByteReader;
  readonly #decoder: FrameDecoder;
  readonly #supply: ByteSupply;
  readonly #onPart: OnPart | undefined;

  /**
   * @param caps The maximum payload of each known type.
   * @param onPart Called when bytes arrived that do not complete a frame. @default nothing
   */
  constructor(reader: ByteReader, caps: FrameCaps, onPart?: OnPart) {
    this.#reader = reader;
    this.#onPart = onPart;
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
      if (await this.#reader.fill(signal)) {
        this.#showPart();
        continue;
      }
      if (this.#decoder.betweenFrames && this.#reader.buffered === 0) return null;
      throw new FtError("network", "the connection ended inside a frame");
    }
  }
  #showPart(): void {
    const header = this.#decoder.started;
    if (header === undefined || this.#reader.buffered >= header.length) return;
    this.#onPart?.(header.type, this.#reader.peekBuffered());
  }
}
