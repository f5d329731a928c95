/**
 * The size of the parts of a large file: each takes a few seconds, so that little is sent again after
 * a lost connection, and a fast network is not slowed down by many requests.
 *
 * @module
 */

import { BLOCK_BYTES } from "./block_digests.ts";

const TARGET_SECONDS = 5;
const [FIRST_BLOCKS, MAX_BLOCKS] = [4, 64];

/** Chooses sizes by the time that the parts before took. */
export class PartSize {
  #blocks = FIRST_BLOCKS;

  /** The end of the part that begins at an offset: that of a block, or of the file. */
  endAfter(offset: number, fileBytes: number): number {
    const end = (Math.floor(offset / BLOCK_BYTES) + this.#blocks) * BLOCK_BYTES;
    return Math.min(end, fileBytes);
  }

  /** Learns from a part that was sent. The size at most doubles, and is halved at most. */
  sent(bytes: number, seconds: number): void {
    const wanted = bytes / BLOCK_BYTES * TARGET_SECONDS / Math.max(seconds, 0.001);
    const near = Math.min(Math.max(wanted, this.#blocks / 2), this.#blocks * 2);
    this.#blocks = Math.min(Math.max(Math.floor(near), 1), MAX_BLOCKS);
  }

  /** Learns that the connection was lost. */
  lost(): void {
    this.#blocks = Math.max(1, Math.floor(this.#blocks / 2));
  }
}
