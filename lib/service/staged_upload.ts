/**
 * An upload over a store: blocks are verified and staged, then committed at once.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import { BLOCK_BYTES, MAX_FILE_BYTES, SYNC_STEP_BYTES } from "../base/limits.ts";
import { mapOrdered } from "../base/pipeline.ts";
import { isIntact } from "../blocks/block.ts";
import {
  blockCount,
  blockLength,
  DigestList,
  eachDigest,
  indexesOf,
  rootOf,
  sameDigest,
} from "../blocks/manifest.ts";
import type { StagedFile, StoredFile } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { BlockSource } from "./block_source.ts";
import type { Block, FileInfo, HeldBlock, StageOptions, Upload } from "./files.ts";
import type { ServiceContext } from "./service_context.ts";
import { overQuota } from "./quota_use.ts";
import type { Fence } from "./upload_fences.ts";

/** The context of a staged upload. The upload owns the resources. */
export interface StagedUploadContext {
  readonly service: ServiceContext;
  readonly path: StorePath;
  readonly staged: StagedFile;
  /** The file to be replaced. Blocks that are the same need not be sent. */
  readonly base: StoredFile | null;
  readonly fence: Fence;
  readonly options: StageOptions;
  /** Maximum size in bytes; `Infinity` without a quota. */
  readonly room: number;
  /** Checks precondition, permission and leases again, then publishes. */
  publish(staged: StagedFile): Promise<FileInfo>;
}

/** Where the service has a block. */
interface Held {
  readonly staged?: { readonly digest: Uint8Array; readonly length: number };
  readonly base?: Uint8Array | undefined;
}

/** An upload in a file service. */
export class StagedUpload implements Upload {
  readonly #context: StagedUploadContext;
  readonly #digests = new DigestList();
  /** Lengths of the blocks that are shorter than a full block; only the last block may be. */
  readonly #short = new Map<number, number>();
  readonly #held = new Map<number, Held>();
  /** Blocks that are being written. */
  readonly #writing = new Set<number>();
  #open = true;
  /** Whether the staged content is discarded when the connection ends. */
  #ephemeral: boolean;
  #unsynced = 0;
  #syncing = false;

  constructor(context: StagedUploadContext) {
    this.#context = context;
    // Without a token no client can resume it.
    this.#ephemeral = context.options.token === undefined;
  }

  get token(): string {
    return this.#context.options.token ?? this.#context.staged.token;
  }

  async *have(): AsyncGenerator<HeldBlock> {
    const { staged, base } = this.#context;
    for await (const { index, digest, length } of this.#stagedBlocks(staged.bytes)) {
      this.#held.set(index, { staged: { digest, length } });
      yield { index, digest };
    }
    if (base === null) return;
    let index = 0;
    for await (const run of new BlockSource(this.#context.service, base).digests()) {
      for (const view of eachDigest(run)) {
        const digest = view.slice();
        this.#held.set(index, { ...this.#held.get(index), base: digest });
        yield { index: index++, digest };
      }
    }
  }

  /** Blocks staged by an earlier connection. They are hashed again before they are used. */
  async *#stagedBlocks(bytes: number): AsyncGenerator<HeldBlock & { length: number }> {
    const { hasher, buffers } = this.#context.service;
    const size = Math.min(bytes, this.#context.options.bytes ?? bytes);
    const all = indexesOf([{ start: 0, end: blockCount(size) }]);
    yield* mapOrdered(all, 4, async (index) => {
      const length = blockLength(size, index);
      const view = buffers.take(length);
      await this.#context.staged.readAt(index * BLOCK_BYTES, view);
      const hashed = await hasher.digest(view);
      buffers.give(hashed.bytes);
      return { index, digest: hashed.digest, length };
    });
  }

  async keep({ index, digest }: HeldBlock): Promise<void> {
    this.#context.fence.check();
    const held = this.#held.get(index);
    if (held?.staged !== undefined && sameDigest(held.staged.digest, digest)) {
      this.#note(index, digest, held.staged.length);
    } else if (held?.base !== undefined && sameDigest(held.base, digest)) {
      await this.#copyFromBase(index, digest);
    } else throw this.#notHeld(index);
  }

  async #copyFromBase(index: number, digest: Uint8Array): Promise<void> {
    const { base, service } = this.#context;
    const bytes = service.buffers.take(blockLength(base!.entry.bytes, index));
    const count = await base!.readAt(index * BLOCK_BYTES, bytes);
    const block = { bytes, digest };
    const intact = count === bytes.length && await isIntact(service.hasher, block);
    if (!intact) {
      // The file no longer matches its cached digests; drop them so that the next attempt hashes again.
      service.cache.forget(base!.entry.path);
      throw this.#notHeld(index);
    }
    await this.#stage(index, block.bytes, digest);
    service.buffers.give(block.bytes);
  }

  #notHeld(index: number): FtError {
    const message = `the server does not have block ${index} of ${this.#context.path}`;
    return new FtError("conflict", message, { name: this.#context.path, retryable: true });
  }

  async write(block: Block): Promise<void> {
    if (!await isIntact(this.#context.service.hasher, block)) {
      const message = `block ${block.index} of ${this.#context.path} arrived damaged`;
      throw new FtError("integrity", message, { name: this.#context.path, retryable: true });
    }
    await this.#stage(block.index, block.bytes, block.digest);
  }

  async #stage(index: number, bytes: Uint8Array, digest: Uint8Array): Promise<void> {
    this.#context.fence.check();
    this.#requireOpen();
    this.#requirePlace(index, bytes.length);
    // This overwrites any staged copy of the block.
    const held = this.#held.get(index);
    if (held !== undefined) this.#held.set(index, { base: held.base });
    this.#digests.delete(index);
    this.#writing.add(index);
    try {
      await this.#context.staged.writeAt(index * BLOCK_BYTES, bytes);
    } catch (error) {
      throw this.#noteFull(error);
    } finally {
      this.#writing.delete(index);
    }
    const { length } = bytes;
    if (held !== undefined) this.#held.set(index, { ...held, staged: { digest, length } });
    this.#note(index, digest, length);
    this.#syncAhead(length);
  }

  #requirePlace(index: number, length: number): void {
    const { path, options, room } = this.#context;
    const end = index * BLOCK_BYTES + length;
    if (end > room) throw overQuota(path);
    const fits = length > 0 && length <= BLOCK_BYTES && end <= (options.bytes ?? MAX_FILE_BYTES);
    if (fits && !this.#writing.has(index)) return;
    const message = fits
      ? `block ${index} of ${path} is already being written`
      : `${path} has no block ${index}`;
    throw new FtError("usage", message, { name: path });
  }

  #note(index: number, digest: Uint8Array, length: number): void {
    this.#digests.set(index, digest);
    if (length === BLOCK_BYTES) this.#short.delete(index);
    else this.#short.set(index, length);
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

  async commit(total: { bytes: number; root: string }): Promise<FileInfo> {
    const { path, staged, fence, service } = this.#context;
    fence.check();
    this.#requireOpen();
    const digests = this.#checked(total);
    staged.truncate(total.bytes);
    await staged.sync().catch((error) => {
      throw this.#noteFull(error);
    });
    fence.check();
    const info = await this.#context.publish(staged);
    this.#open = false;
    service.cache.putBlocks(path, info.revision, {
      digests,
      ...total,
      blockBytes: BLOCK_BYTES,
    });
    return { ...info, root: total.root };
  }

  /** Returns the digests if they are complete, the block lengths are right and the root matches. */
  #checked(total: { bytes: number; root: string }): Uint8Array<ArrayBuffer> {
    const { path } = this.#context;
    const blocks = blockCount(total.bytes);
    if (this.#digests.isWhole(blocks) && this.#lengthsFit(total.bytes, blocks - 1)) {
      const digests = this.#digests.concat(blocks);
      if (rootOf(digests, total.bytes) === total.root) return digests;
    }
    const message = `content of ${path} does not match its root`;
    throw new FtError("integrity", message, { name: path, retryable: true });
  }

  #lengthsFit(bytes: number, last: number): boolean {
    const rest = bytes % BLOCK_BYTES;
    return rest === 0
      ? this.#short.size === 0
      : this.#short.size === 1 && this.#short.get(last) === rest;
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
