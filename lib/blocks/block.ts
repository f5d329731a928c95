/**
 * A block with a buffer of its own.
 *
 * @module
 */

import type { BlockBuffers } from "./buffers.ts";
import type { Hasher } from "./hasher.ts";
import { sameDigest } from "./manifest.ts";

/** A block on its way; disposing it gives its buffer back, once. */
export class OwnedBlock implements Disposable {
  readonly #buffers: BlockBuffers;
  readonly #released: (() => void) | undefined;
  #live = true;

  /**
   * @param index Its number in the file.
   * @param bytes Its content, from `buffers`.
   * @param digest What it should hash to.
   * @param released Told when it is disposed.
   * @param wireBytes Content bytes as they crossed the network, where they did.
   */
  constructor(
    buffers: BlockBuffers,
    public readonly index: number,
    public bytes: Uint8Array<ArrayBuffer>,
    public readonly digest: Uint8Array<ArrayBuffer>,
    released?: () => void,
    public readonly wireBytes?: number,
  ) {
    this.#buffers = buffers;
    this.#released = released;
  }

  [Symbol.dispose](): void {
    if (!this.#live) return;
    this.#live = false;
    this.#buffers.give(this.bytes);
    this.#released?.();
  }
}

/** The part of a block that can be checked. */
export interface CheckableBlock {
  bytes: Uint8Array<ArrayBuffer>;
  readonly digest: Uint8Array;
}

/** Whether a block is what its digest says. Its `bytes` are replaced by the view that came back. */
export async function isIntact(hasher: Hasher, block: CheckableBlock): Promise<boolean> {
  const hashed = await hasher.digest(block.bytes);
  block.bytes = hashed.bytes;
  return sameDigest(hashed.digest, block.digest);
}
