/**
 * Blocks and digests of a stored file. Digests that are known are not computed again.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { BLOCK_BYTES, MAX_DIGESTS_PER_FRAME } from "../base/limits.ts";
import { mapOrdered } from "../base/pipeline.ts";
import { isIntact, OwnedBlock } from "../blocks/block.ts";
import { blockCount, blockLength, DIGEST_BYTES, indexesOf } from "../blocks/manifest.ts";
import { isSettled, type StoredFile } from "../storage/store.ts";
import type { BlockRange, HeldBlock } from "./files.ts";
import { ReadAhead } from "./read_ahead.ts";
import type { VersionChecksums } from "./checksums.ts";
import type { ServiceContext } from "./service_context.ts";
import type { SharedBlocks } from "./shared_blocks.ts";
import type { SourceReader } from "./source_reader.ts";
import type { VersionDigests } from "./version_digests.ts";

/** The parts of the service that a source uses. */
type SourceContext = Pick<ServiceContext, "hashing" | "hasher" | "buffers" | "shared">;

/** The error for a file that changed after it was opened. */
export function changedWhileRead(path: string): FtError {
  return new FtError("conflict", `changed while it was read: ${path}`, {
    name: path,
    retryable: true,
  });
}

/** Yields ascending numbers while they are below a limit that may fall. */
function* indexesBelow(indexes: Iterable<number>, upTo: () => number): Generator<number> {
  for (const index of indexes) {
    if (index >= upTo()) return;
    yield index;
  }
}

/** Reads the blocks of a file with their digests. */
export class BlockSource {
  readonly #context: SourceContext;
  readonly #file: StoredFile;
  readonly #reader: SourceReader;
  readonly #digests: VersionDigests;
  /** Of blocks that were verified, if content is to be verified. */
  readonly #checksums: VersionChecksums | undefined;

  /**
   * @param file The caller closes it.
   * @param options `fresh`: known digests are not used. @default {{ fresh: false }}
   */
  constructor(
    context: SourceContext,
    file: StoredFile,
    reader: SourceReader,
    { fresh = false }: { readonly fresh?: boolean | undefined } = {},
  ) {
    this.#context = context;
    this.#file = file;
    this.#reader = reader;
    const { versions, checksums } = context.hashing;
    this.#digests = fresh ? versions.unknown(file.entry) : versions.of(file.entry);
    this.#checksums = reader.verify ? checksums.of(file.entry) : undefined;
  }

  /** Returns the digest of a block, if it is known. */
  known(index: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#digests.get(index);
  }

  /**
   * Reads blocks in order. Digests that had to be computed are cached once all of them are known.
   *
   * @param upTo Returns the block before which to end; it may fall meanwhile. @default none
   * @throws `conflict` (retryable) if the file changes meanwhile, `integrity` for damaged content, and
   *   the signal's reason.
   */
  async *blocks(
    ranges: readonly BlockRange[],
    upTo: () => number = () => Infinity,
  ): AsyncGenerator<OwnedBlock> {
    const indexes = indexesBelow(indexesOf(ranges), upTo);
    const shared = this.#shared;
    using _reader = shared?.enter(this.#digests);
    const take = (index: number) => {
      const read = () => this.#block(index);
      return shared?.take(this.#digests, index, read) ?? read();
    };
    for await (const block of this.#each(indexes, take)) {
      if (block.index < upTo()) yield block;
      else block[Symbol.dispose]();
    }
  }

  /**
   * Streams digests in order, in runs. Unknown ones are computed; the caller has a place for that (see
   * `Hashing.place`).
   *
   * @throws As {@linkcode BlockSource.blocks}.
   */
  async *digests(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const blocks = blockCount(this.#file.entry.bytes);
    if (this.#digests.whole) return yield* this.#runs(blocks);
    const all = indexesOf([{ start: 0, end: blocks }]);
    yield* this.#each(all, (index) => this.#digest(index));
  }

  *#runs(blocks: number): Generator<Uint8Array<ArrayBuffer>> {
    for (let first = 0; first < blocks; first += MAX_DIGESTS_PER_FRAME) {
      const count = Math.min(MAX_DIGESTS_PER_FRAME, blocks - first);
      const run = new Uint8Array(count * DIGEST_BYTES);
      for (let i = 0; i < count; i++) run.set(this.#digests.get(first + i)!, i * DIGEST_BYTES);
      yield run;
    }
  }

  async *#each<T>(
    indexes: Iterable<number>,
    take: (index: number) => Promise<T>,
  ): AsyncGenerator<T> {
    using ahead = (this.#reader.ahead ?? new ReadAhead()).begin();
    yield* mapOrdered(indexes, ahead.blocks, take);
    const { path } = this.#file.entry;
    if (!await this.#file.unchanged()) throw changedWhileRead(path);
    this.#digests.remember();
  }

  /**
   * The blocks that other readers of this version have. A file that may have changed without a trace
   * is read by each of them, and so is one whose content is compared with its digests.
   */
  get #shared(): SharedBlocks | undefined {
    if (this.#reader.verify || !isSettled(this.#file.entry, Date.now())) return undefined;
    return this.#context.shared;
  }

  async #block(index: number): Promise<OwnedBlock> {
    const known = this.#digests.get(index)?.slice();
    if (known !== undefined) {
      const block = new OwnedBlock(this.#context.buffers, index, await this.#read(index), known);
      return this.#reader.verify ? await this.#verified(block) : block;
    }
    using _turn = await this.#turn();
    const block = await this.#hashed(index);
    this.#digests.set(index, block.digest);
    this.#checksums?.set(index, block.bytes);
    return block;
  }

  /** @throws `integrity` if the content differs from its digest. */
  async #verified(block: OwnedBlock): Promise<OwnedBlock> {
    if (this.#checksums?.matches(block.index, block.bytes)) return block;
    using _turn = await this.#turn();
    if (await isIntact(this.#context.hasher, block)) {
      this.#checksums?.set(block.index, block.bytes);
      return block;
    }
    block[Symbol.dispose]();
    const { path } = this.#file.entry;
    // A file that was changed in place has other content, too, but is not damaged.
    if (!await this.#file.unchanged()) throw changedWhileRead(path);
    const message = `stored content is damaged: ${path}, block ${block.index}`;
    throw new FtError("integrity", message, { name: path });
  }

  async #hashed(index: number): Promise<OwnedBlock> {
    const { hasher, buffers } = this.#context;
    const hashed = await hasher.digest(await this.#read(index));
    return new OwnedBlock(buffers, index, hashed.bytes, hashed.digest);
  }

  async #digest(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#digests.get(index);
    if (known !== undefined) return known;
    using _turn = await this.#turn();
    return await this.#digests.compute(index, async () => {
      using block = await this.#hashed(index);
      return block.digest;
    });
  }

  #turn(): Promise<Disposable> {
    const { holder, signal } = this.#reader;
    return this.#context.hashing.turns.take(holder, signal);
  }

  async #read(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const { entry } = this.#file;
    const bytes = this.#context.buffers.take(blockLength(entry.bytes, index));
    const count = await this.#file.readAt(index * BLOCK_BYTES, bytes);
    if (count !== bytes.length) throw changedWhileRead(entry.path);
    return bytes;
  }
}

/**
 * Reads one block.
 *
 * @returns `null` if it does not match its digest; the next caller hashes the file again.
 */
export async function readVerified(
  { hashing, hasher, buffers }: SourceContext,
  file: StoredFile,
  { index, digest }: HeldBlock,
  { holder, signal }: SourceReader,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { entry } = file;
  const bytes = buffers.take(blockLength(entry.bytes, index));
  const block = { bytes, digest };
  using _turn = await hashing.turns.take(holder, signal);
  const count = await file.readAt(index * BLOCK_BYTES, bytes);
  if (count === bytes.length && await isIntact(hasher, block)) return block.bytes;
  hashing.versions.forget(entry.path);
  return null;
}
