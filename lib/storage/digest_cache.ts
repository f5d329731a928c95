/**
 * Cached digests for each version of a file. A fault of the cache never fails a request:
 * digests that cannot be read count as unknown, failed writes are skipped, and a broken file is set
 * aside.
 *
 * @module
 */

import { isDamaged, setAside } from "../base/database.ts";
import { hasCode } from "../base/errors.ts";
import { BLOCK_BYTES, MAX_CACHED_MANIFESTS } from "../base/limits.ts";
import {
  type CachedBlocks,
  type CachedSums,
  DigestTable,
  type FileVersion,
  type VersionRoot,
} from "./digest_table.ts";
import type { CachedFolder } from "./folder_table.ts";
import { LateRoots } from "./late_roots.ts";
import type { FoundDigests, SharedDigests, SizedVersion } from "./shared_digests.ts";
import { isSettled, type StoreEntry } from "./store.ts";

export type { CachedBlocks, CachedFolder, CachedSums, FileVersion, FoundDigests, VersionRoot };

/** Bytes in a SHA-256 digest. */
const DIGEST_BYTES = 32;

/** The cached digests of the whole content of one version of a file. */
export interface CachedFacts {
  /** The root of the content, 64 hex digits, if it is settled. */
  readonly root?: string | undefined;
  /** Digests of the content. */
  readonly sums: CachedSums;
}

/** Options of {@linkcode DigestCache.open}. */
export interface DigestCacheOptions {
  /**
   * Maximum number of cached files.
   *
   * @default {MAX_CACHED_MANIFESTS}
   */
  readonly maxFiles?: number;
  /** Called with each fault, for the log. @default none */
  readonly onFault?: (error: unknown) => void;
}

/** A cache of digests in an SQLite database. */
export class DigestCache implements Disposable {
  readonly #path: string;
  readonly #maxFiles: number;
  readonly #onFault: (error: unknown) => void;
  readonly #lookups = { hits: 0, misses: 0 };
  readonly #late = new LateRoots((rows) => this.#try((table) => table.putRoots(rows)));
  #table: DigestTable | null;
  #shared: SharedDigests | undefined;

  private constructor(path: string, options: DigestCacheOptions) {
    this.#path = path;
    this.#maxFiles = options.maxFiles ?? MAX_CACHED_MANIFESTS;
    this.#onFault = options.onFault ?? (() => {});
    this.#table = this.#openTable();
  }

  /**
   * Opens a cache, creating it if it is missing. A damaged file is renamed to
   * `PATH.broken` and replaced by a new one; without one that can be used, nothing is cached.
   *
   * @param path The database file, or `:memory:`.
   *
   * @example
   * ```ts
   * import { DigestCache } from "./digest_cache.ts";
   * import { storePath } from "./store_path.ts";
   *
   * using cache = DigestCache.open(":memory:");
   * cache.putSums(storePath("a.txt"), "v1", { sha256: "ab", md5: "cd" });
   * if (cache.get(storePath("a.txt"), "v2") !== null) throw new Error("that was another version");
   * ```
   */
  static open(path: string, options: DigestCacheOptions = {}): DigestCache {
    return new DigestCache(path, options);
  }

  /** Shares digests with the other servers of a store from now on. */
  shareWith(shared: SharedDigests): void {
    this.#shared = shared;
  }

  /**
   * Looks the digests of a version up where all servers of the store share them, unless they are
   * cached. It costs a request to the store, which only larger files are worth.
   *
   * @returns What it has found, which is cached now; `null` if there is nothing new.
   */
  async learn(file: SizedVersion, signal?: AbortSignal): Promise<FoundDigests | null> {
    const { path, revision, bytes } = file;
    if (this.#shared === undefined || bytes <= BLOCK_BYTES) return null;
    const cached = this.#get(path, revision);
    if (cached !== null && cached.blocks !== null) return null;
    const found = await this.#shared.find(file, signal);
    if (found === null) return null;
    const { blocks, sums } = found;
    this.#late.delete(path);
    // Its revision is that of the version for good, or it would not have been shared.
    if (blocks !== null) this.#try((table) => table.putBlocks(path, revision, blocks, true));
    if (Object.keys(sums).length > 0) this.#try((table) => table.putSums(path, revision, sums));
    return found;
  }

  #share(path: string, revision: string, bytes: number): void {
    if (this.#shared === undefined || bytes <= BLOCK_BYTES) return;
    const known = this.#get(path, revision);
    if (known !== null) this.#shared.put({ path, revision, bytes }, known);
  }

  /** Number of lookups with and without a result. */
  get lookups(): { readonly hits: number; readonly misses: number } {
    return { ...this.#lookups };
  }

  /** Returns the digests of this version of a file; `null` if none are cached. */
  get(path: string, revision: string): FoundDigests | null {
    const found = this.#get(path, revision);
    this.#lookups[found === null ? "misses" : "hits"]++;
    return found;
  }

  #get(path: string, revision: string): FoundDigests | null {
    return this.#try((table) => {
      const row = table.get(path, revision);
      if (row === null) return null;
      const { bytes, blockBytes, digests, root, sha256, md5 } = row;
      const whole = bytes !== null && blockBytes !== null && digests !== null && root !== null &&
        digests.length === Math.ceil(bytes / blockBytes) * DIGEST_BYTES;
      return {
        blocks: whole ? { bytes, blockBytes, digests, root } : null,
        sums: { sha256: sha256 ?? undefined, md5: md5 ?? undefined },
      };
    }) ?? null;
  }

  /** Returns the digests of the whole content of this version; `null` if none are cached. */
  facts(path: string, revision: string): CachedFacts | null {
    const late = this.#late.get({ path, revision });
    const found = this.#try((table) => table.facts(path, revision)) ?? null;
    this.#lookups[found === null && late === undefined ? "misses" : "hits"]++;
    if (found === null) return late === undefined ? null : { root: late, sums: {} };
    const { root, sha256, md5, settled } = found;
    return {
      root: late ?? (settled ? root ?? undefined : undefined),
      sums: { sha256: sha256 ?? undefined, md5: md5 ?? undefined },
    };
  }

  /** Returns the settled root of each version, or `undefined`. */
  roots(files: readonly FileVersion[]): (string | undefined)[] {
    const stored = this.#try((table) => table.roots(files));
    const roots = files.map((file, i) => stored?.[i] ?? this.#late.get(file));
    const hits = roots.filter((root) => root !== undefined).length;
    this.#lookups.hits += hits;
    this.#lookups.misses += files.length - hits;
    return roots;
  }

  /** Returns a folder whose files are still the same; `null` if that is not known. */
  folder(path: string, facts: string): CachedFolder | null {
    return this.#try((table) => table.folders.get(path, facts)) ?? null;
  }

  /** Caches folders whose files all have settled roots. */
  putFolders(folders: readonly CachedFolder[]): void {
    this.#try((table) => table.folders.put(folders));
  }

  /** Caches a settled root some time later; digests of other versions are discarded. */
  putRoot(row: VersionRoot): void {
    this.#late.add(row);
  }

  /**
   * Caches block digests; digests of other versions are discarded.
   *
   * @param settled Whether any later change of the content changes the revision (see `isSettled`).
   *   Otherwise the root is not returned, and the digests are used only where they are verified.
   */
  putBlocks(path: string, revision: string, blocks: CachedBlocks, settled: boolean): void {
    this.#late.delete(path);
    this.#try((table) => table.putBlocks(path, revision, blocks, settled));
    if (settled) this.#share(path, revision, blocks.bytes);
  }

  /**
   * Adds whole-file digests to those cached; digests of other versions are discarded.
   *
   * @param bytes The size of the file. @default they are not shared
   */
  putSums(path: string, revision: string, sums: CachedSums, bytes = 0): void {
    this.#try((table) => table.putSums(path, revision, sums));
    this.#share(path, revision, bytes);
  }

  /**
   * Follows a rename of a file, or of a folder with everything below it.
   *
   * @param named The file under its new name, as a rename may change its revision.
   */
  rename(from: string, to: string, named?: StoreEntry): void {
    this.#late.flush();
    this.#try((table) => table.rename(from, to, named && versionOf(named)));
  }

  /** Keeps the digests of a file whose time or permissions were changed. */
  renew(from: string, entry: StoreEntry): void {
    const { path, revision, settled } = versionOf(entry);
    this.#late.delete(path);
    const known = this.#get(path, from);
    if (known === null || from === revision) return;
    this.#try((table) => table.putSums(path, revision, known.sums));
    if (known.blocks !== null) this.putBlocks(path, revision, known.blocks, settled);
  }

  /** Discards the digests of a path and everything below it. */
  forget(path: string): void {
    this.#late.flush();
    this.#try((table) => table.forget(path));
  }

  /** Number of cached files. */
  get size(): number {
    return this.#try((table) => table.size) ?? 0;
  }

  /** Closes the database. Idempotent. */
  [Symbol.dispose](): void {
    this.#late[Symbol.dispose]();
    this.#table?.[Symbol.dispose]();
    this.#table = null;
  }

  #try<T>(act: (table: DigestTable) => T): T | undefined {
    if (this.#table === null) return undefined;
    try {
      return act(this.#table);
    } catch (error) {
      this.#onFault(error);
      // The others would wait for the lock, too.
      if (isLocked(error)) this.#late.clear();
      if (isDamaged(error)) {
        this[Symbol.dispose]();
        this.#table = this.#openTable();
      }
      return undefined;
    }
  }

  #openTable(): DigestTable | null {
    try {
      return DigestTable.open(this.#path, this.#maxFiles);
    } catch (error) {
      this.#onFault(error);
      // It is another program's, or cannot be read now.
      if (!isDamaged(error)) return null;
    }
    try {
      setAside(this.#path);
      return DigestTable.open(this.#path, this.#maxFiles);
    } catch (error) {
      this.#onFault(error);
      return null;
    }
  }
}

/** A version that has just come about, whose content was read before. */
function versionOf(entry: StoreEntry): FileVersion & { readonly settled: boolean } {
  return { path: entry.path, revision: entry.revision, settled: isSettled(entry, -Infinity) };
}

function isLocked(error: unknown): boolean {
  return hasCode(error, "conflict");
}
