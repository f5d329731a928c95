/**
 * An upload over a store: blocks checked and staged, then one commit.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import { BLOCK_BYTES, SYNC_STEP_BYTES } from "../base/limits.ts";
import { mapOrdered } from "../base/pipeline.ts";
import { isIntact } from "../blocks/block.ts";
import {
  blockCount,
  blockLength,
  DigestList,
  eachDigest,
  rootOf,
  sameDigest,
} from "../blocks/manifest.ts";
import type { StagedFile, StoredFile } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { BlockSource } from "./block_source.ts";
import type { Block, FileInfo, HeldBlock, StageOptions, Upload } from "./files.ts";
import type { ServiceParts } from "./parts.ts";
import type { Fence } from "./upload_fences.ts";

/** What a staged upload is made of; it owns the resources. */
export interface StagedUploadParts {
  readonly service: ServiceParts;
  readonly path: StorePath;
  readonly staged: StagedFile;
  /** The file that will be replaced, whose equal blocks need not be sent. */
  readonly base: StoredFile | null;
  readonly fence: Fence;
  readonly options: StageOptions;
  /** Checks precondition, permission and leases at the last moment, then publishes. */
  publish(staged: StagedFile): Promise<FileInfo>;
}

/** An upload in a file service. */
export class StagedUpload implements Upload {
  readonly #parts: StagedUploadParts;
  readonly #digests: DigestList;
  readonly #held = new Map<number, { staged?: Uint8Array; base?: Uint8Array }>();
  #open = true;
  /** Whether what is staged is of no use to anybody when the connection ends. */
  #useless: boolean;
  #unsynced = 0;
  #syncing = false;

  constructor(parts: StagedUploadParts) {
    this.#parts = parts;
    // Nobody can ask for it again.
    this.#useless = parts.options.token === undefined;
    this.#digests = new DigestList(blockCount(parts.options.bytes ?? 0));
  }

  get token(): string {
    return this.#parts.staged.token;
  }

  async *have(): AsyncGenerator<HeldBlock> {
    const { staged, base } = this.#parts;
    for await (const block of this.#stagedBlocks(staged.bytes)) {
      this.#held.set(block.index, { staged: block.digest });
      yield block;
    }
    if (base === null) return;
    let index = 0;
    for await (const run of new BlockSource(this.#parts.service, base).digests()) {
      for (const view of eachDigest(run)) {
        const digest = view.slice();
        this.#held.set(index, { ...this.#held.get(index), base: digest });
        yield { index: index++, digest };
      }
    }
  }

  /** What is on the medium from an earlier connection, hashed again before it counts. */
  async *#stagedBlocks(bytes: number): AsyncGenerator<HeldBlock> {
    const { hasher, buffers } = this.#parts.service;
    const size = Math.min(bytes, this.#parts.options.bytes ?? bytes);
    const indexes = Array.from({ length: blockCount(size) }, (_, i) => i);
    yield* mapOrdered(indexes, 4, async (index) => {
      const view = buffers.take(blockLength(size, index));
      this.#parts.staged.readAt(index * BLOCK_BYTES, view);
      const hashed = await hasher.digest(view);
      buffers.give(hashed.bytes);
      return { index, digest: hashed.digest };
    });
  }

  async keep({ index, digest }: HeldBlock): Promise<void> {
    this.#parts.fence.check();
    const held = this.#held.get(index);
    if (held?.staged !== undefined && sameDigest(held.staged, digest)) {
      this.#digests.set(index, digest);
    } else if (held?.base !== undefined && sameDigest(held.base, digest)) {
      await this.#copyFromBase(index, digest);
    } else throw this.#notHeld(index);
  }

  async #copyFromBase(index: number, digest: Uint8Array): Promise<void> {
    const { base, service } = this.#parts;
    const bytes = service.buffers.take(blockLength(base!.entry.bytes, index));
    const count = base!.readAt(index * BLOCK_BYTES, bytes);
    const block = { bytes, digest };
    const intact = count === bytes.length && await isIntact(service.hasher, block);
    if (!intact) throw this.#notHeld(index);
    await this.#stage(index, block.bytes, digest);
    service.buffers.give(block.bytes);
  }

  #notHeld(index: number): FtError {
    const message = `block ${index} of ${this.#parts.path} is not held`;
    return new FtError("conflict", message, { name: this.#parts.path, retryable: true });
  }

  async write(block: Block): Promise<void> {
    if (!await isIntact(this.#parts.service.hasher, block)) {
      const message = `block ${block.index} of ${this.#parts.path} arrived damaged`;
      throw new FtError("integrity", message, { name: this.#parts.path, retryable: true });
    }
    await this.#stage(block.index, block.bytes, block.digest);
  }

  async #stage(index: number, bytes: Uint8Array, digest: Uint8Array): Promise<void> {
    this.#parts.fence.check();
    this.#requireOpen();
    this.#digests.delete(index);
    try {
      await this.#parts.staged.writeAt(index * BLOCK_BYTES, bytes);
    } catch (error) {
      throw this.#noteFull(error);
    }
    this.#digests.set(index, digest);
    this.#syncAhead(bytes.length);
  }

  /** The medium works while the network does, so that little is left for the commit. */
  #syncAhead(bytes: number): void {
    this.#unsynced += bytes;
    if (this.#unsynced < SYNC_STEP_BYTES || this.#syncing) return;
    this.#unsynced = 0;
    this.#syncing = true;
    this.#parts.staged.sync()
      .catch(() => {}) // The commit syncs again, and its failure counts.
      .finally(() => this.#syncing = false);
  }

  /** A full disk must not stay full of what made it so. */
  #noteFull(error: unknown): unknown {
    this.#useless ||= hasCode(error, "disk_full");
    return error;
  }

  #requireOpen(): void {
    if (!this.#open) throw new FtError("interrupted", `upload of ${this.#parts.path} is over`);
  }

  async commit(total: { bytes: number; root: string }): Promise<FileInfo> {
    const { path, staged, fence, service } = this.#parts;
    fence.check();
    this.#requireOpen();
    const blocks = blockCount(total.bytes);
    const digests = this.#digests.concat(blocks);
    if (!this.#digests.isWhole(blocks) || rootOf(digests, total.bytes) !== total.root) {
      const message = `content of ${path} is not what was promised`;
      throw new FtError("integrity", message, { name: path, retryable: true });
    }
    staged.truncate(total.bytes);
    await staged.sync().catch((error) => {
      throw this.#noteFull(error);
    });
    fence.check();
    const info = await this.#parts.publish(staged);
    this.#open = false;
    service.cache.putBlocks(path, info.revision, {
      digests,
      ...total,
      blockBytes: BLOCK_BYTES,
    });
    return { ...info, root: total.root };
  }

  async abandon(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#parts.staged.discard();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#useless && !this.#parts.fence.signal.aborted) await this.abandon();
    this.#open = false;
    using _fence = this.#parts.fence;
    await using _base = this.#parts.base;
    await using _staged = this.#parts.staged;
    await Promise.resolve();
  }
}
