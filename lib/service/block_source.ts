/**
 * Blocks and digests of a stored file. Digests come from the cache where it has them.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { BLOCK_BYTES, MAX_DIGESTS_PER_FRAME } from "../base/limits.ts";
import { mapOrdered } from "../base/pipeline.ts";
import { OwnedBlock } from "../blocks/block.ts";
import {
  blockCount,
  blockLength,
  DIGEST_BYTES,
  DigestList,
  indexesOf,
  rootOf,
} from "../blocks/manifest.ts";
import type { StoredFile } from "../storage/store.ts";
import type { BlockRange } from "./files.ts";
import type { ServiceContext } from "./service_context.ts";
import { ReadAhead } from "./read_ahead.ts";

/** The error for a file that changed after it was opened. */
export function changedWhileRead(path: string): FtError {
  return new FtError("conflict", `changed while it was read: ${path}`, {
    name: path,
    retryable: true,
  });
}

/** Reads the blocks of a file with their digests. */
export class BlockSource {
  readonly #context: Pick<ServiceContext, "cache" | "hasher" | "buffers">;
  readonly #file: StoredFile;
  readonly #ahead: ReadAhead;
  readonly #known: Uint8Array<ArrayBuffer> | undefined;

  /**
   * @param file The caller closes it.
   * @param ahead Shared by the reads of one caller.
   */
  constructor(
    context: Pick<ServiceContext, "cache" | "hasher" | "buffers">,
    file: StoredFile,
    ahead: ReadAhead = new ReadAhead(),
  ) {
    this.#context = context;
    this.#file = file;
    this.#ahead = ahead;
    this.#known = context.cache.get(file.entry.path, file.entry.revision)?.blocks?.digests;
  }

  /**
   * Reads blocks in order. Digests that had to be computed are cached once all of them are known.
   *
   * @throws `conflict` (retryable) if the file changes meanwhile.
   */
  blocks(ranges: readonly BlockRange[]): AsyncGenerator<OwnedBlock> {
    return this.#each(ranges, (block) => block);
  }

  /** @param take Maps a block to a result; it disposes the block unless it returns it. */
  async *#each<T>(
    ranges: readonly BlockRange[],
    take: (block: OwnedBlock) => T,
  ): AsyncGenerator<T> {
    const fresh = this.#known === undefined ? new DigestList() : undefined;
    using ahead = this.#ahead.begin();
    yield* mapOrdered(indexesOf(ranges), ahead.blocks, async (index) => {
      const block = await this.#block(index);
      fresh?.set(index, block.digest);
      return take(block);
    });
    if (!await this.#file.unchanged()) throw changedWhileRead(this.#file.entry.path);
    if (fresh !== undefined) this.#remember(fresh);
  }

  /** Streams digests in order, in runs. Unknown ones are computed. */
  async *digests(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const step = MAX_DIGESTS_PER_FRAME * DIGEST_BYTES;
    if (this.#known !== undefined) {
      for (let at = 0; at < this.#known.length; at += step) {
        yield this.#known.subarray(at, at + step);
      }
      return;
    }
    const whole = [{ start: 0, end: blockCount(this.#file.entry.bytes) }];
    yield* this.#each(whole, (block) => {
      using _block = block;
      return block.digest;
    });
  }

  async #block(index: number): Promise<OwnedBlock> {
    const { entry } = this.#file;
    const bytes = this.#context.buffers.take(blockLength(entry.bytes, index));
    const count = await this.#file.readAt(index * BLOCK_BYTES, bytes);
    if (count !== bytes.length) throw changedWhileRead(entry.path);
    const at = index * DIGEST_BYTES;
    const known = this.#known?.slice(at, at + DIGEST_BYTES);
    if (known !== undefined) return new OwnedBlock(this.#context.buffers, index, bytes, known);
    const hashed = await this.#context.hasher.digest(bytes);
    return new OwnedBlock(this.#context.buffers, index, hashed.bytes, hashed.digest);
  }

  #remember(fresh: DigestList): void {
    const { path, revision, bytes } = this.#file.entry;
    const blocks = blockCount(bytes);
    if (!fresh.isWhole(blocks)) return;
    const digests = fresh.concat(blocks);
    const root = rootOf(digests, bytes);
    this.#context.cache.putBlocks(path, revision, {
      digests,
      bytes,
      root,
      blockBytes: BLOCK_BYTES,
    });
  }
}
