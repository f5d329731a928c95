/**
 * Blocks that own a buffer.
 *
 * @module
 */

import type { BlockBuffers } from "./buffers.ts";
import type { Hasher } from "./hasher.ts";
import { sameDigest } from "./manifest.ts";

/** A block of a transfer. Disposing it returns its buffer to the pool. */
export class OwnedBlock implements Disposable {
  readonly #buffers: Pick<BlockBuffers, "give">;
  readonly #onRelease: (() => void) | undefined;
  #live = true;

  /**
   * @param index The number of the block in its file.
   * @param bytes The content, in a buffer taken from `buffers`.
   * @param digest The expected digest.
   * @param onRelease Called once, when the block is disposed.
   * @param wireBytes The content's bytes on the network, possibly compressed.
   */
  constructor(
    buffers: Pick<BlockBuffers, "give">,
    public readonly index: number,
    public bytes: Uint8Array<ArrayBuffer>,
    public readonly digest: Uint8Array<ArrayBuffer>,
    onRelease?: () => void,
    public readonly wireBytes?: number,
  ) {
    this.#buffers = buffers;
    this.#onRelease = onRelease;
  }

  [Symbol.dispose](): void {
    if (!this.#live) return;
    this.#live = false;
    this.#buffers.give(this.bytes);
    this.#onRelease?.();
  }
}

/** Content with its expected digest. */
export interface CheckableBlock {
  bytes: Uint8Array<ArrayBuffer>;
  readonly digest: Uint8Array;
}

/** Whether a block matches its digest. Replaces `bytes` with the view the hasher returned. */
export async function isIntact(hasher: Hasher, block: CheckableBlock): Promise<boolean> {
  const hashed = await hasher.digest(block.bytes);
  block.bytes = hashed.bytes;
  return sameDigest(hashed.digest, block.digest);
}
