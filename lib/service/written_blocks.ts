/**
 * Which blocks of a staged file were written. A client may leave gaps of any size, which would read as
 * zeros for hours.
 *
 * @module
 */

import { BLOCK_BYTES } from "../base/limits.ts";
import { blockCount, blockLength } from "../blocks/manifest.ts";
import type { StagedFile } from "../storage/store.ts";

/** Blocks that share one number, as its bits. */
const CHUNK = 32;
/** Bytes read at the beginning, in the middle and at the end of a block. */
const SAMPLE_BYTES = 4096;
/** Blocks sampled in one turn. */
const SAMPLED_A_TURN = 64;

/** A set of block numbers. Memory grows with their number, not with their values. */
export class WrittenBlocks {
  readonly #chunks = new Map<number, number>();
  /** Whether it has every block that was written; otherwise the file is older than this object. */
  complete: boolean;

  constructor(complete: boolean) {
    this.complete = complete;
  }

  /** Adds a block. */
  add(index: number): void {
    const chunk = Math.floor(index / CHUNK);
    this.#chunks.set(chunk, (this.#chunks.get(chunk) ?? 0) | 1 << (index % CHUNK));
  }

  /** Yields the blocks before `end` in order. */
  *below(end: number): Generator<number, undefined> {
    for (const chunk of [...this.#chunks.keys()].sort((a, b) => a - b)) {
      const bits = this.#chunks.get(chunk)!;
      for (let i = 0; i < CHUNK; i++) {
        const index = chunk * CHUNK + i;
        if (index >= end) return;
        if (bits & 1 << i) yield index;
      }
    }
  }

  /**
   * Finds the blocks of a file that an earlier run of the server wrote. One that is zero where it is
   * sampled counts as a gap; a client sends it again.
   *
   * @param turn Waits for a turn to read.
   */
  async find(
    file: Pick<StagedFile, "bytes" | "held" | "readAt">,
    turn: () => Promise<Disposable>,
  ): Promise<void> {
    if (this.complete) return;
    const { bytes, held } = file;
    const blocks = blockCount(bytes);
    for (let i = 0; held !== undefined && i < blocks; i++) if (held.isWritten(i)) this.add(i);
    this.complete = held !== undefined;
    if (this.complete) return;
    for (let first = 0; first < blocks; first += SAMPLED_A_TURN) {
      using _turn = await turn();
      for (let i = first; i < Math.min(first + SAMPLED_A_TURN, blocks); i++) {
        if (await hasContent(file, i * BLOCK_BYTES, blockLength(bytes, i))) this.add(i);
      }
    }
    this.complete = true;
  }
}

async function hasContent(
  file: Pick<StagedFile, "readAt">,
  start: number,
  length: number,
): Promise<boolean> {
  const sample = new Uint8Array(Math.min(SAMPLE_BYTES, length));
  const last = length - sample.length;
  for (const at of [0, Math.floor(last / 2), last]) {
    await file.readAt(start + at, sample);
    if (sample.some((byte) => byte !== 0)) return true;
  }
  return false;
}
