/**
 * Checksums of blocks that have been verified, by which they are verified again.
 *
 * A SHA-256 is needed where somebody may have made other content on purpose. A disk that returns other
 * content than it was given does so by accident, which CRC-32 notices in a sixth of the time: always
 * if up to 32 bits in a row have changed, and otherwise but for one in 4 billion blocks.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import { MAX_CHECKED_BLOCKS } from "../base/limits.ts";
import { blockCount } from "../blocks/manifest.ts";
import type { StoreEntry } from "../storage/store.ts";

/** The cost of a file besides its blocks: path and revision take as much memory as so many sums. */
const FILE_COST = 64;

/** The checksums of the blocks of one version of a file. */
export class VersionChecksums {
  /** The version. */
  readonly revision: string;
  /** For each block its checksum, or -1. */
  readonly #sums: Float64Array<ArrayBuffer>;

  constructor(revision: string, blocks: number) {
    this.revision = revision;
    this.#sums = new Float64Array(blocks).fill(-1);
  }

  /** Its share of the maximum: its blocks, and a constant for the file. */
  get cost(): number {
    return FILE_COST + this.#sums.length;
  }

  /** Remembers a block that was just verified by its digest, or whose digest was computed. */
  set(index: number, bytes: Uint8Array): void {
    this.#sums[index] = crc32(bytes);
  }

  /** Whether a block is the one that was remembered; false if none was. */
  matches(index: number, bytes: Uint8Array): boolean {
    const sum = this.#sums[index]!;
    return sum !== -1 && sum === crc32(bytes);
  }
}

/**
 * The checksums of the files that were read last, in memory only: what a disk keeps of them could be
 * damaged, too.
 */
export class Checksums {
  readonly #maxCost: number;
  /** By path. A map keeps insertion order: the first one was used the longest time ago. */
  readonly #versions = new Map<string, VersionChecksums>();
  #cost = 0;

  /** @param maxCost Blocks that are remembered; a file counts as 64 more. @default {MAX_CHECKED_BLOCKS} */
  constructor(maxCost: number = MAX_CHECKED_BLOCKS) {
    this.#maxCost = maxCost;
  }

  /**
   * Returns the checksums of a version, to read and to add to.
   *
   * @returns `undefined` for a file that is too large.
   */
  of({ path, revision, bytes }: StoreEntry): VersionChecksums | undefined {
    const known = this.#versions.get(path);
    if (known !== undefined) this.#drop(path, known);
    if (FILE_COST + blockCount(bytes) > this.#maxCost) return undefined;
    const version = known?.revision === revision
      ? known
      : new VersionChecksums(revision, blockCount(bytes));
    this.#versions.set(path, version);
    this.#cost += version.cost;
    for (const [oldest, dropped] of this.#versions) {
      if (this.#cost <= this.#maxCost) break;
      this.#drop(oldest, dropped);
    }
    return version;
  }

  #drop(path: string, { cost }: VersionChecksums): void {
    this.#versions.delete(path);
    this.#cost -= cost;
  }
}
