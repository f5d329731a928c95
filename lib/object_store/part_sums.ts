/**
 * The SHA-256 of an upload up to each of its parts, for uploads whose content must have a given one:
 * a server that continues an upload cannot read the parts that were sent.
 *
 * @module
 */

import { BLOCK_BYTES } from "../base/limits.ts";
import { blockDigest } from "../blocks/manifest.ts";
import type { PartBuffer } from "./part_buffer.ts";
import { partNumbered } from "./part_layout.ts";
import { RunningSum } from "./running_sum.ts";
import type { SentPart } from "./sent_part.ts";

/** Sums by the number of the part. They can be computed only in order. */
export class PartSums {
  readonly #wanted: boolean;
  readonly #states = new Map<number, string>();

  /** @param wanted Whether they are needed; they cost processor time. */
  constructor(wanted: boolean, sent: ReadonlyMap<number, Pick<SentPart, "sum">>) {
    this.#wanted = wanted;
    for (const [number, { sum }] of sent) if (sum !== undefined) this.#states.set(number, sum);
  }

  /** Computes the sum up to the end of a part. @returns Its state, if it is known. */
  add(number: number, content: Uint8Array): string | undefined {
    const sum = this.#wanted ? this.#before(number) : undefined;
    const state = sum?.update(content).state;
    if (state !== undefined) this.#states.set(number, state);
    return state;
  }

  #before(number: number): RunningSum | undefined {
    if (number === 1) return new RunningSum();
    const state = this.#states.get(number - 1);
    return state === undefined ? undefined : RunningSum.from(state, partNumbered(number).start);
  }

  /** Forgets a part that is written anew, and those after it. */
  forget(number: number): void {
    for (const known of [...this.#states.keys()]) if (known >= number) this.#states.delete(known);
  }

  /**
   * The sum of all bytes, in hex.
   *
   * @param read Reads what follows the parts whose sum is known. @throws What it throws.
   */
  async finish(
    bytes: number,
    read: (offset: number, into: Uint8Array) => Promise<void>,
  ): Promise<string> {
    let number = 1;
    while (this.#states.has(number)) number++;
    const sum = this.#before(number)!;
    const block = new Uint8Array(BLOCK_BYTES);
    for (let at = partNumbered(number).start; at < bytes; at += BLOCK_BYTES) {
      const view = block.subarray(0, bytes - at);
      await read(at, view);
      sum.update(view);
    }
    return sum.digest().toHex();
  }
}

/** Adds the digests of blocks that an earlier connection wrote: they cannot be read any more. */
export function addDigests(part: PartBuffer, size: number): void {
  const content = part.content(size);
  for (let at = 0; at < size; at += BLOCK_BYTES) {
    const index = (part.place.start + at) / BLOCK_BYTES;
    if (part.digests.has(index)) continue;
    part.digests.set(index, blockDigest(content.subarray(at, at + BLOCK_BYTES)));
  }
}
