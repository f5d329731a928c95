/**
 * A SHA-256 that can be continued by another process: parts that a store has cannot be read back before
 * their upload is complete.
 *
 * @module
 */

import { _SHA256 as Sha256 } from "@noble/hashes/sha2.js";

/** Bytes that the function processes at once. */
const CHUNK_BYTES = 64;

/** The SHA-256 of bytes so far. */
export class RunningSum extends Sha256 {
  /**
   * Continues a sum.
   *
   * @param state See {@linkcode RunningSum.state}.
   * @param bytes The number of bytes that it is of.
   */
  static from(state: string, bytes: number): RunningSum {
    const sum = new RunningSum();
    const view = new DataView(Uint8Array.fromHex(state).buffer);
    const word = (index: number) => view.getInt32(4 * index);
    sum.set(word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7));
    sum.length = bytes;
    return sum;
  }

  /**
   * The state to continue it from, as 64 hex digits; `undefined` unless it is of a multiple of 64
   * bytes.
   */
  get state(): string | undefined {
    if (this.length % CHUNK_BYTES !== 0) return undefined;
    const view = new DataView(new ArrayBuffer(32));
    this.get().forEach((word, index) => view.setInt32(4 * index, word));
    return new Uint8Array(view.buffer).toHex();
  }
}
