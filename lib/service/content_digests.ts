/**
 * The blocks of an upload so far, and whether they are the announced content.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { BLOCK_BYTES, MAX_SHORT_BLOCKS } from "../base/limits.ts";
import { blockCount, DigestList, rootOf } from "../blocks/manifest.ts";
import type { StorePath } from "../storage/store_path.ts";

/** The digests and lengths of the blocks of an upload. */
export class ContentDigests {
  readonly #path: StorePath;
  readonly #digests = new DigestList();
  /** Lengths of the blocks that are shorter than a full block; only the last block may be. */
  readonly #short = new Map<number, number>();

  /** @param path The file, for errors. */
  constructor(path: StorePath) {
    this.#path = path;
  }

  /** Returns the digest of a block, if there is one. */
  get(index: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#digests.get(index);
  }

  /** Adds or replaces a block. */
  set(index: number, digest: Uint8Array, length: number): void {
    this.#digests.set(index, digest);
    if (length === BLOCK_BYTES) this.#short.delete(index);
    else this.#short.set(index, length);
  }

  /** Removes a block. */
  delete(index: number): void {
    this.#digests.delete(index);
  }

  /**
   * Checks that a block may be added. Short ones cost more memory than network or disk.
   *
   * @throws `usage` for too many short blocks.
   */
  requireRoom(index: number, length: number): void {
    const few = length === BLOCK_BYTES || this.#short.size < MAX_SHORT_BLOCKS;
    if (few || this.#short.has(index)) return;
    const name = this.#path;
    throw new FtError("usage", `${name} has more than ${MAX_SHORT_BLOCKS} short blocks`, { name });
  }

  /**
   * Returns the digests if they are complete, the block lengths are right and the root matches.
   *
   * @throws `integrity` (retryable).
   */
  checked(total: { readonly bytes: number; readonly root: string }): Uint8Array<ArrayBuffer> {
    const blocks = blockCount(total.bytes);
    if (this.#digests.isWhole(blocks) && this.#lengthsFit(total.bytes, blocks - 1)) {
      const digests = this.#digests.concat(blocks);
      if (rootOf(digests, total.bytes) === total.root) return digests;
    }
    const name = this.#path;
    const message = `content of ${name} does not match its root`;
    throw new FtError("integrity", message, { name, retryable: true });
  }

  #lengthsFit(bytes: number, last: number): boolean {
    const rest = bytes % BLOCK_BYTES;
    return rest === 0
      ? this.#short.size === 0
      : this.#short.size === 1 && this.#short.get(last) === rest;
  }
}
