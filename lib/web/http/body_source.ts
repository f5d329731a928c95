/**
 * The bytes of a request body, as they arrive on a connection.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { ByteReader } from "../../wire/byte_reader.ts";

/** Delivers the bytes of a body. */
export interface BodySource {
  /** Whether all bytes were delivered. */
  readonly ended: boolean;
  /** Returns 1 to `max` bytes, valid until the next call; `null` at the end of the body. */
  readSome(max: number, signal: AbortSignal): Promise<Uint8Array | null>;
}

/** A body of a known size. */
export class SizedSource implements BodySource {
  readonly #reader: ByteReader;
  #left: number;

  constructor(reader: ByteReader, bytes: number) {
    this.#reader = reader;
    this.#left = bytes;
  }

  get ended(): boolean {
    return this.#left === 0;
  }

  async readSome(max: number, signal: AbortSignal): Promise<Uint8Array | null> {
    if (this.#left === 0) return null;
    const piece = await this.#reader.readSome(Math.min(max, this.#left), signal);
    if (piece === null) throw endedInBody();
    this.#left -= piece.length;
    return piece;
  }
}

/** Creates the error for a connection that ends in the middle of a body. */
export function endedInBody(): FtError {
  return new FtError("network", "the connection ended in the middle of a request");
}
