/**
 * Block buffers, used again instead of made anew.
 *
 * @module
 */

import { BLOCK_BYTES, MAX_POOLED_BUFFERS } from "../base/limits.ts";

/** A bounded stock of block buffers. Giving back one that was transferred away is no harm. */
export class BlockBuffers {
  readonly #free: ArrayBuffer[] = [];

  /** A view of `length` bytes with a buffer of its own; its content is arbitrary. */
  take(length: number = BLOCK_BYTES): Uint8Array<ArrayBuffer> {
    if (length * 4 < BLOCK_BYTES) return new Uint8Array(length);
    return new Uint8Array(this.#free.pop() ?? new ArrayBuffer(BLOCK_BYTES), 0, length);
  }

  /** Gives a view's buffer back. */
  give(view: Uint8Array<ArrayBuffer>): void {
    if (view.buffer.byteLength !== BLOCK_BYTES || this.#free.length >= MAX_POOLED_BUFFERS) return;
    this.#free.push(view.buffer);
  }
}
