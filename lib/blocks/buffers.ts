/**
 * A pool of block buffers.
 *
 * @module
 */

import { BLOCK_BYTES, MAX_POOLED_BUFFERS } from "../base/limits.ts";

/**
 * The offset of a block in its buffer. A large allocation begins 16 bytes into a page, an offset at
 * which some processors (AMD Zen 3 with FSRM) copy from the page cache at a fifth of their speed.
 */
const OFFSET = 64;
/** Space behind a block, so that reading it may run into what follows it. */
const BEHIND = 128;
const BUFFER_BYTES = OFFSET + BLOCK_BYTES + BEHIND;

/** A bounded pool of block buffers. Returning a buffer that was transferred away has no effect. */
export class BlockBuffers {
  readonly #free: ArrayBuffer[] = [];

  /** Returns a view of `length` bytes with arbitrary content; no other view shares its buffer. */
  take(length: number = BLOCK_BYTES): Uint8Array<ArrayBuffer> {
    if (length * 4 < BLOCK_BYTES) return new Uint8Array(length);
    return new Uint8Array(this.#free.pop() ?? new ArrayBuffer(BUFFER_BYTES), OFFSET, length);
  }

  /** Returns a view's buffer to the pool. */
  give(view: Uint8Array<ArrayBuffer>): void {
    if (view.buffer.byteLength !== BUFFER_BYTES || this.#free.length >= MAX_POOLED_BUFFERS) return;
    this.#free.push(view.buffer);
  }
}
