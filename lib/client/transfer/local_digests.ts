/**
 * Block digests of what is on the local disk.
 *
 * @module
 */

import { fstatSync, openSync, type Stats } from "node:fs";
import { BLOCK_BYTES, BLOCKS_IN_FLIGHT } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { mapOrdered } from "../../base/pipeline.ts";
import { OwnedBlock } from "../../blocks/block.ts";
import type { BlockBuffers } from "../../blocks/buffers.ts";
import type { Hasher } from "../../blocks/hasher.ts";
import { blockCount, blockLength } from "../../blocks/manifest.ts";
import { FtError } from "../../base/errors.ts";
import { Descriptor } from "../../storage/descriptor.ts";

/** Something that is read at offsets; fewer bytes only at its end. */
export interface ReadableAt {
  readAt(offset: number, into: Uint8Array): Promise<number>;
}

/** What hashing needs. */
export interface HashParts {
  readonly hasher: Hasher;
  readonly buffers: BlockBuffers;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads and hashes blocks, several at once, in order.
 *
 * @param bytes The whole size, which tells the last block's length.
 * @param wanted Chooses blocks by number.
 * @throws `conflict` (retryable) when it has become shorter.
 */
export function localBlocks(
  source: ReadableAt,
  bytes: number,
  parts: HashParts,
  name: string,
  wanted: (index: number) => boolean = () => true,
): AsyncGenerator<OwnedBlock> {
  const indexes = Array.from({ length: blockCount(bytes) }, (_, i) => i).filter(wanted);
  return mapOrdered(indexes, BLOCKS_IN_FLIGHT / 2, async (index) => {
    parts.signal?.throwIfAborted();
    const view = parts.buffers.take(blockLength(bytes, index));
    if (await source.readAt(index * BLOCK_BYTES, view) !== view.length) {
      throw new FtError("conflict", `changed while it was read: ${name}`, {
        name,
        retryable: true,
      });
    }
    const hashed = await parts.hasher.digest(view);
    return new OwnedBlock(parts.buffers, index, hashed.bytes, hashed.digest);
  });
}

/** A local file open for reading. */
export class LocalFile implements ReadableAt, Disposable {
  /** What it was when it was opened. */
  readonly info: Stats;
  readonly #file: Descriptor;

  /** @throws What the operating system says, in our codes. */
  constructor(path: string) {
    try {
      this.#file = new Descriptor(openSync(path, "r"));
    } catch (error) {
      throw asFtError(error, `Cannot read ${path}`, path);
    }
    this.info = fstatSync(this.#file.fd);
  }

  readAt(offset: number, into: Uint8Array): Promise<number> {
    return this.#file.readAt(offset, into);
  }

  /** Whether size and time are still what they were when it was opened. */
  unchanged(): boolean {
    const { size, mtimeMs } = fstatSync(this.#file.fd);
    return size === this.info.size && mtimeMs === this.info.mtimeMs;
  }

  [Symbol.dispose](): void {
    void this.#file.close();
  }
}
