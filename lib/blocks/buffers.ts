/**
 * Block buffers, used again instead of made anew.
 *
 * @module
 */

import { BLOCK_BYTES, MAX_POOLED_BUFFERS } from "../base/limits.ts";

/**
 * Where in its buffer a block begins. A large allocation begins 16 bytes into a page, and there
 * some processors (AMD Zen 3 with FSRM) copy from the page cache at a fifth of their speed.
 */
const OFFSET = 64;
const BUFFER_BYTES = OFFSET + BLOCK_BYTES;

/** A bounded stock of block buffers. Giving back one that was transferred away is no harm. */
export class BlockBuffers {
  readonly #free: ArrayBuffer[] = [];

  /** A view of `length` bytes with a buffer of its own; its content is arbitrary. */
  take(length: number = BLOCK_BYTES): Uint8Array<ArrayBuffer> {
    if (length * 4 < BLOCK_BYTES) return new Uint8Array(length);
    return new Uint8Array(this.#free.pop() ?? new ArrayBuffer(BUFFER_BYTES), OFFSET, length);
  }

  /** Gives a view's buffer back. */
  give(view: Uint8Array<ArrayBuffer>): void {
    if (view.buffer.byteLength !== BUFFER_BYTES || this.#free.length >= MAX_POOLED_BUFFERS) return;
    this.#free.push(view.buffer);
  }
}
