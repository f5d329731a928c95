/**
 * An upload over a store: blocks are verified and staged, then committed at once.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import { BLOCK_BYTES, MAX_FILE_BYTES, READ_AHEAD_BLOCKS, SYNC_STEP_BYTES } from "../base/limits.ts";
import { mapOrdered } from "../base/pipeline.ts";
import { isIntact } from "../blocks/block.ts";
import type { HashedBlock } from "../blocks/hasher.ts";
import { blockCount, blockLength, DigestList, eachDigest, sameDigest } from "../blocks/manifest.ts";
import { isSettled, type StagedFile, type StoredFile, type StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { BlockSource, readVerified } from "./block_source.ts";
import { ContentDigests } from "./content_digests.ts";
import type { CountedStage } from "./counted_stage.ts";
import { infoOf } from "./file_info.ts";
import type {
  Block,
  CallOptions,
  FileInfo,
  HeldBlock,
  NewBlock,
  StagedContent,
  StageOptions,
  Upload,
} from "./files.ts";
import type { ServiceContext } from "./service_context.ts";
import type { Fence } from "./upload_fences.ts";

/** The context of a staged upload. The upload owns the resources. */
export interface StagedUploadContext {
  readonly service: ServiceContext;
  readonly path: StorePath;
  /** On whose behalf content is hashed: a user, or the host of anonymous clients. */
  readonly holder: string;
  readonly staged: CountedStage;
  /** The file to be replaced. Blocks that are the same need not be sent. */
  readonly base: StoredFile | null;
  readonly fence: Fence;
  readonly options: StageOptions;
  /** Checks that a file of this size fits into the quotas. @throws `limit`. */
  requireFits(bytes: number): void;
  /** Checks precondition, permission and leases again, then publishes content with this root. */
  publish(staged: StagedFile, root: string, signal: AbortSignal | undefined): Promise<StoreEntry>;
}

/** An upload in a file service. */
export class StagedUpload implements Upload {
  readonly #context: StagedUploadContext;
  readonly #base: BlockSource | null;
  readonly #content: ContentDigests;
  /** Blocks that an earlier connection staged, of a file of this size. */
  readonly #staged = new DigestList();
  #stagedBytes = 0;
  /** Blocks that are being written. */
  readonly #writing = new Set<number>();
  #open = true;
  /** Whether the staged content is discarded when the connection ends. */
  #ephemeral: boolean;
  #unsynced = 0;
  #syncing = false;

  constructor(context: StagedUploadContext) {
    this.#context = context;
    this.#content = new ContentDigests(context.path);
    const { service, base, holder, options: { signal } } = context;
    this.#base = base && new BlockSource(service, base, { holder, signal });
    // Without a token no client can resume it.
    this.#ephemeral = context.options.token === undefined;
  }

  get token(): string {
    return this.#context.options.token ?? this.#context.staged.token;
  }

  get staged(): StagedContent {
    return this.#context.staged;
  }

  async *have({ signal }: CallOptions = {}): AsyncGenerator<HeldBlock> {
    yield* this.#stagedBlocks(signal);
    if (this.#base === null) return;
    const { base, holder, service: { hashing } } = this.#context;
    using _place = await hashing.place(base!.entry, { holder, signal });
    let index = 0;
    for await (const run of this.#base.digests()) {
      for (const digest of eachDigest(run)) {
        signal?.throwIfAborted();
        yield { index: index++, digest };
      }
    }
  }

  /** Blocks staged by an earlier connection. They are hashed again before they are used. */
  async *#stagedBlocks(signal: AbortSignal | undefined): AsyncGenerator<HeldBlock> {
    const { staged, options, service: { hashing }, holder } = this.#context;
    const bytes = Math.min(staged.bytes, options.bytes ?? Infinity);
    if (bytes === 0) return;
    this.#stagedBytes = bytes;
    using _place = await hashing.places.take(holder, signal);
    const turn = () => hashing.turns.take(holder, signal);
    await staged.written.find(staged, turn);
    const written = staged.written.below(blockCount(bytes));
    yield* mapOrdered(written, READ_AHEAD_BLOCKS, async (index) => {
      using _turn = await turn();
      const digest = await this.#stagedDigest(index);
      // A block that the client has sent meanwhile counts instead.
      const replaced = this.#writing.has(index) || this.#content.get(index) !== undefined;
      if (!replaced) this.#staged.set(index, digest);
      return { index, digest };
    });
  }

  async #stagedDigest(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const { staged, service: { hasher, buffers } } = this.#context;
    const recorded = staged.held?.digestOf(index);
    if (recorded !== undefined) return recorded.slice();
    const view = buffers.take(blockLength(this.#stagedBytes, index));
    await staged.readAt(index * BLOCK_BYTES, view);
    const { bytes, digest } = await hasher.digest(view);
    buffers.give(bytes);
    return digest;
  }

  async keep({ index, digest }: HeldBlock, { signal }: CallOptions = {}): Promise<void> {
    this.#context.fence.check();
    if (isSame(this.#content.get(index), digest)) return;
    if (isSame(this.#staged.get(index), digest)) {
      this.#content.set(index, digest, blockLength(this.#stagedBytes, index));
    } else if (isSame(this.#base?.known(index), digest)) {
      await this.#copyFromBase(index, digest, signal);
    } else throw this.#notHeld(index);
  }

  async #copyFromBase(index: number, digest: Uint8Array, signal?: AbortSignal): Promise<void> {
    const { base, staged, holder, service } = this.#context;
    const length = blockLength(base!.entry.bytes, index);
    await this.#stage(index, length, digest, async (offset) => {
      if (await staged.copyBlock(base!, { index, bytes: length, digest })) return;
      const bytes = await readVerified(service, base!, { index, digest }, { holder, signal });
      if (bytes === null) throw this.#notHeld(index);
      await staged.writeAt(offset, bytes, digest);
      service.buffers.give(bytes);
    });
  }

  #notHeld(index: number): FtError {
    const message = `the server does not have block ${index} of ${this.#context.path}`;
    return new FtError("conflict", message, { name: this.#context.path, retryable: true });
  }

  async write(block: Block, { signal }: CallOptions = {}): Promise<number> {
    if (!await this.#arrivedIntact(block, signal)) {
      const message = `block ${block.index} of ${this.#context.path} arrived damaged`;
      throw new FtError("integrity", message, { name: this.#context.path, retryable: true });
    }
    const { index, bytes, digest } = block;
    const write = (offset: number) => this.#context.staged.writeAt(offset, bytes, digest);
    await this.#stage(index, bytes.length, digest, write);
    return bytes.length;
  }

  async add(block: NewBlock, { signal }: CallOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const hashed = await this.#hashed(block.bytes, signal);
    block.bytes = hashed.bytes;
    const { index, staged = 0 } = block;
    const { bytes, digest } = hashed;
    await this.#stage(index, bytes.length, digest, async (offset) => {
      await this.#context.staged.writeAt(offset + staged, bytes.subarray(staged), digest);
    }, bytes.length - staged);
    return digest;
  }

  async #hashed(
    bytes: Uint8Array<ArrayBuffer>,
    signal: AbortSignal | undefined,
  ): Promise<HashedBlock> {
    const { holder, service: { hasher, hashing } } = this.#context;
    using _turn = await hashing.turns.take(holder, signal);
    return await hasher.digest(bytes);
  }

  async #arrivedIntact(block: Block, signal: AbortSignal | undefined): Promise<boolean> {
    const { holder, service: { hasher, hashing } } = this.#context;
    using _turn = await hashing.turns.take(holder, signal);
    return await isIntact(hasher, block);
  }

  /** @param write Stages the block, or `added` bytes of it. */
  async #stage(
    index: number,
    length: number,
    digest: Uint8Array,
    write: (offset: number) => Promise<void>,
    added = length,
  ): Promise<void> {
    this.#context.fence.check();
    this.#requireOpen();
    this.#requirePlace(index, length);
    // This overwrites any staged copy of the block.
    this.#staged.delete(index);
    this.#content.delete(index);
    this.#writing.add(index);
    try {
      await write(index * BLOCK_BYTES);
    } catch (error) {
      throw this.#noteFull(error);
    } finally {
      this.#writing.delete(index);
    }
    this.#content.set(index, digest, length);
    this.#syncAhead(added);
  }

  #requirePlace(index: number, length: number): void {
    const { path, options } = this.#context;
    const end = index * BLOCK_BYTES + length;
    this.#context.requireFits(end);
    const fits = length > 0 && length <= BLOCK_BYTES && end <= (options.bytes ?? MAX_FILE_BYTES);
    this.#content.requireRoom(index, length);
    if (fits && !this.#writing.has(index)) return;
    const message = fits
      ? `block ${index} of ${path} is already being written`
      : `${path} has no block ${index}`;
    throw new FtError("usage", message, { name: path });
  }

  /** Syncs while content still arrives, so that the commit has little left to sync. */
  #syncAhead(bytes: number): void {
    this.#unsynced += bytes;
    if (this.#unsynced < SYNC_STEP_BYTES || this.#syncing) return;
    this.#unsynced = 0;
    this.#syncing = true;
    this.#context.staged.sync()
      .catch(() => {}) // The commit syncs again and reports a failure.
      .finally(() => this.#syncing = false);
  }

  /** On a full disk, discard the staged content to free its space. */
  #noteFull(error: unknown): unknown {
    this.#ephemeral ||= hasCode(error, "disk_full");
    return error;
  }

  #requireOpen(): void {
    if (!this.#open) {
      throw new FtError("interrupted", `the upload of ${this.#context.path} has ended`);
    }
  }

  async commit(
    total: { bytes: number; root: string },
    { signal }: CallOptions = {},
  ): Promise<FileInfo> {
    const { path, staged, fence, service } = this.#context;
    fence.check();
    this.#requireOpen();
    const digests = this.#content.checked(total);
    staged.truncate(total.bytes);
    await staged.sync().catch((error) => {
      throw this.#noteFull(error);
    });
    await fence.recheck();
    const completeMs = Date.now();
    const entry = await this.#context.publish(staged, total.root, signal);
    this.#open = false;
    const blocks = { digests, ...total, blockBytes: BLOCK_BYTES };
    service.cache.putBlocks(path, entry.revision, blocks, isSettled(entry, completeMs));
    return { ...infoOf(entry), root: total.root };
  }

  async abandon(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#context.staged.discard();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ephemeral && !this.#context.fence.signal.aborted) await this.abandon();
    this.#open = false;
    using _fence = this.#context.fence;
    await using _base = this.#context.base;
    await using _staged = this.#context.staged;
    await Promise.resolve();
  }
}

function isSame(known: Uint8Array | undefined, digest: Uint8Array): boolean {
  return known !== undefined && sameDigest(known, digest);
}
