/**
 * The chunked transfer coding of request bodies (RFC 9112, 7.1).
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { MAX_CHUNK_LINE_BYTES, MAX_TRAILER_BYTES } from "../../base/limits.ts";
import type { ByteReader } from "../../wire/byte_reader.ts";
import { badRequest } from "./http_error.ts";
import { type BodySource, endedInBody } from "./body_source.ts";

const LF = 10;
/** A size in hex, which no program reads as another number, and extensions, which are ignored. */
const SIZE = /^([0-9a-f]{1,13})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/i;
const TRAILER = /^[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*$/;

/** A body in chunks. */
export class ChunkedSource implements BodySource {
  readonly #reader: ByteReader;
  #left = 0;
  #first = true;
  ended = false;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  async readSome(max: number, signal: AbortSignal): Promise<Uint8Array | null> {
    if (this.ended) return null;
    if (this.#left === 0) await this.#nextChunk(signal);
    if (this.#left === 0) return null;
    const piece = await this.#reader.readSome(Math.min(max, this.#left), signal);
    if (piece === null) throw endedInBody();
    this.#left -= piece.length;
    return piece;
  }

  async #nextChunk(signal: AbortSignal): Promise<void> {
    if (!this.#first && await this.#line(0, signal) !== "") throw badRequest("the end of a chunk");
    this.#first = false;
    const [, size] = SIZE.exec(await this.#line(MAX_CHUNK_LINE_BYTES, signal)) ?? [];
    if (size === undefined) throw badRequest("the size of a chunk");
    this.#left = parseInt(size, 16);
    if (this.#left > 0) return;
    await this.#trailer(signal);
    this.ended = true;
  }

  /** Reads the fields after the last chunk, which are discarded. */
  async #trailer(signal: AbortSignal): Promise<void> {
    for (let left = MAX_TRAILER_BYTES;;) {
      const line = await this.#line(left, signal);
      if (line === "") return;
      if (!TRAILER.test(line)) throw badRequest("a field of the trailer");
      left = Math.max(0, left - line.length - 2);
    }
  }

  /** Takes a line of at most `max` bytes, which must end with CR LF. */
  async #line(max: number, signal: AbortSignal): Promise<string> {
    while (true) {
      const bytes = this.#reader.peekBuffered().subarray(0, max + 2);
      const end = bytes.indexOf(LF);
      if (end !== -1) {
        const { buffer, byteOffset, length } = this.#reader.takeBuffered(end + 1)!;
        const line = Buffer.from(buffer, byteOffset, length).toString("latin1");
        if (!line.endsWith("\r\n")) throw badRequest("a line end without CR LF");
        return line.slice(0, -2);
      }
      if (bytes.length >= max + 2) throw badRequest("a line in its body is too long");
      if (!await this.#reader.fill(signal)) throw endedInBody();
    }
  }
}
