/**
 * From bytes to frames: a pure decoder, and the reader that feeds it from a stream.
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

/** What the decoder reads from: a {@linkcode ByteQueue}, or what a reader has buffered. */
export type ByteSupply = Pick<ByteQueue, "length" | "take">;

/** Decodes frames from bytes as they come. A header is checked before its payload is waited for. */
export class FrameDecoder {
  readonly #caps: FrameCaps;
  #header: FrameHeader | undefined;

  /** @param caps The most each known type may carry. */
  constructor(caps: FrameCaps) {
    this.#caps = caps;
  }

  /** Whether it stands between two frames. */
  get atBorder(): boolean {
    return this.#header === undefined;
  }

  /**
   * Takes the next whole frame.
   *
   * @returns `null` while more bytes are needed.
   * @throws `protocol` for a frame that breaks the rules.
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

/** Reads frames from a {@linkcode ByteReader}. */
export class FrameReader {
  readonly #reader: ByteReader;
  readonly #decoder: FrameDecoder;
  readonly #supply: ByteSupply;

  /** @param caps The most each known type may carry. */
  constructor(reader: ByteReader, caps: FrameCaps) {
    this.#reader = reader;
    this.#decoder = new FrameDecoder(caps);
    this.#supply = {
      get length() {
        return reader.buffered;
      },
      take: (n: number) => reader.takeBuffered(n)!,
    };
  }

  /** The next frame if it is here already; its payload holds until the next read. */
  takeBuffered(): Frame | null {
    return this.#decoder.next(this.#supply);
  }

  /**
   * The next frame; its payload holds until the next read.
   *
   * @returns `null` when the stream ends between frames.
   * @throws `protocol` for bad frames, `network` when the stream ends inside one.
   */
  async read(signal?: AbortSignal): Promise<Frame | null> {
    while (true) {
      const frame = this.takeBuffered();
      if (frame !== null) return frame;
      if (await this.#reader.fill(signal)) continue;
      if (this.#decoder.atBorder && this.#reader.buffered === 0) return null;
      throw new FtError("network", "the connection ended inside a frame");
    }
  }
}
