/**
 * The digests of a version of a file, shared by all its readers.
 *
 * @module
 */

import { BLOCK_BYTES } from "../base/limits.ts";
import { blockCount, DIGEST_BYTES, DigestList, rootOf } from "../blocks/manifest.ts";
import type { DigestCache } from "../storage/digest_cache.ts";
import { isSettled, type StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";

type Digest = Uint8Array<ArrayBuffer>;

/** The known digests of one version of a file. */
export class VersionDigests {
  readonly #cache: DigestCache;
  readonly #entry: StoreEntry;
  /** All digests, if they were cached. */
  #cached: Digest | undefined;
  readonly #fresh = new DigestList();
  readonly #startedMs = Date.now();
  readonly #computing = new Map<number, Promise<Digest>>();
  #remembered = false;

  /** @param cached All digests, if they are known. */
  constructor(cache: DigestCache, entry: StoreEntry, cached: Digest | undefined) {
    this.#cache = cache;
    this.#entry = entry;
    this.#cached = cached;
  }

  /** Takes over the digests of all blocks. */
  adopt(all: Digest): void {
    this.#cached ??= all;
  }

  /** Whether the digests of all blocks are known. */
  get whole(): boolean {
    return this.#cached !== undefined || this.#fresh.size === this.#blocks;
  }

  /** Returns the digest of a block, if it is known. */
  get(index: number): Digest | undefined {
    const at = index * DIGEST_BYTES;
    return this.#cached?.subarray(at, at + DIGEST_BYTES) ?? this.#fresh.get(index);
  }

  /** Stores the digest of a block of this version. */
  set(index: number, digest: Digest): void {
    if (this.#cached === undefined) this.#fresh.set(index, digest);
  }

  /** Returns the digest of a block. If several callers need it at once, the first computes it. */
  async compute(index: number, digestOf: () => Promise<Digest>): Promise<Digest> {
    const known = this.get(index) ?? this.#computing.get(index);
    if (known !== undefined) return await known;
    const computing = digestOf();
    this.#computing.set(index, computing);
    try {
      const digest = await computing;
      this.set(index, digest);
      return digest;
    } finally {
      this.#computing.delete(index);
    }
  }

  /** Caches the digests if all are known. Call it only if the file has not changed meanwhile. */
  remember(): void {
    if (this.#cached !== undefined || this.#remembered || !this.whole) return;
    this.#remembered = true;
    const { path, revision, bytes } = this.#entry;
    const digests = this.#fresh.concat(this.#blocks);
    const blocks = { digests, bytes, root: rootOf(digests, bytes), blockBytes: BLOCK_BYTES };
    this.#cache.putBlocks(path, revision, blocks, isSettled(this.#entry, this.#startedMs));
  }

  get #blocks(): number {
    return blockCount(this.#entry.bytes);
  }
}

interface Version {
  readonly revision: string;
  readonly digests: WeakRef<VersionDigests>;
}

/** The versions that are in use. */
export class DigestVersions {
  readonly #cache: DigestCache;
  readonly #versions = new Map<StorePath, Version>();
  readonly #unused = new FinalizationRegistry<StorePath>((path) => {
    if (this.#versions.get(path)?.digests.deref() === undefined) this.#versions.delete(path);
  });

  constructor(cache: DigestCache) {
    this.#cache = cache;
  }

  /** Returns the digests of a version, which are shared by all its concurrent readers. */
  of(entry: StoreEntry): VersionDigests {
    const { path, revision } = entry;
    const known = this.#versions.get(path);
    const shared = known?.revision === revision ? known.digests.deref() : undefined;
    if (shared !== undefined) return shared;
    const cached = this.#cache.get(path, revision)?.blocks?.digests;
    const digests = new VersionDigests(this.#cache, entry, cached);
    this.#versions.set(path, { revision, digests: new WeakRef(digests) });
    this.#unused.register(digests, path);
    return digests;
  }

  /** Finds out the digests of a version that another server of the store has computed. */
  async learn(entry: StoreEntry, signal?: AbortSignal): Promise<void> {
    const digests = this.of(entry);
    if (digests.whole) return;
    const learned = await this.#cache.learn(entry, signal);
    if (learned?.blocks) digests.adopt(learned.blocks.digests);
  }

  /** Returns digests that are computed again, for one reader; then they are cached. */
  unknown(entry: StoreEntry): VersionDigests {
    return new VersionDigests(this.#cache, entry, undefined);
  }

  /** Drops the digests of a file that does not match them. */
  forget(path: StorePath): void {
    this.#versions.delete(path);
    this.#cache.forget(path);
  }
}
