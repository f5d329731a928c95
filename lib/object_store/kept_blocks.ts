/**
 * Blocks that an upload takes over from the object that it replaces, until a whole part is known of
 * them: then the store copies the part, and nothing is moved.
 *
 * @module
 */

import { BLOCK_BYTES } from "../base/limits.ts";
import { blockLength } from "../blocks/manifest.ts";
import type { ObjectFile } from "./object_file.ts";
import { partAt, partNumbered } from "./part_layout.ts";

/** A block. */
export interface KeptBlock {
  /** Its number in both files. */
  readonly index: number;
  readonly bytes: number;
  readonly digest: Uint8Array;
  /** The object that has it. */
  readonly base: ObjectFile;
}

/** Blocks by the part that they belong to. */
export class KeptBlocks {
  readonly #parts = new Map<number, Map<number, KeptBlock>>();

  /** Adds a block. */
  add(block: KeptBlock): void {
    const { number } = partAt(block.index * BLOCK_BYTES);
    const part = this.#parts.get(number) ?? new Map<number, KeptBlock>();
    this.#parts.set(number, part.set(block.index, block));
  }

  /** The parts that have blocks. */
  get numbers(): readonly number[] {
    return [...this.#parts.keys()];
  }

  /** Whether a part has blocks. */
  has(number: number): boolean {
    return this.#parts.has(number);
  }

  /** Whether the blocks of a part are its first `size` bytes. */
  covers(number: number, size: number): boolean {
    const part = this.#parts.get(number);
    if (part === undefined || part.size !== Math.ceil(size / BLOCK_BYTES)) return false;
    const end = partNumbered(number).start + size;
    return [...part.values()].every(({ index, bytes }) => bytes === blockLength(end, index));
  }

  /** Removes the blocks of a part. @returns Them, in order. */
  take(number: number): readonly KeptBlock[] {
    const part = this.#parts.get(number);
    this.#parts.delete(number);
    return [...part?.values() ?? []].sort((a, b) => a.index - b.index);
  }

  /** Removes all blocks that reach beyond an offset. */
  cut(offset: number): void {
    for (const [number, part] of this.#parts) {
      for (const { index, bytes } of [...part.values()]) {
        if (index * BLOCK_BYTES + bytes > offset) part.delete(index);
      }
      if (part.size === 0) this.#parts.delete(number);
    }
  }
}

/** Splits blocks, which are in order, where one does not follow the other in the same object. */
export function runsOf(blocks: readonly KeptBlock[]): readonly (readonly KeptBlock[])[] {
  const runs: KeptBlock[][] = [];
  for (const block of blocks) {
    const before = runs.at(-1)?.at(-1);
    const follows = before?.base === block.base && before.index + 1 === block.index;
    if (follows) runs.at(-1)!.push(block);
    else runs.push([block]);
  }
  return runs;
}
