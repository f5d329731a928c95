/**
 * Cached digests for each version of a file. A fault of the cache never fails a request:
 * digests that cannot be read count as unknown, failed writes are skipped, and a broken file is set
 * aside.
 *
 * @module
 */

import { MAX_CACHED_MANIFESTS } from "../base/limits.ts";
import { removeIfThere } from "../base/missing_files.ts";
import { type CachedBlocks, type CachedSums, DigestTable } from "./digest_table.ts";
import type { StorePath } from "./store_path.ts";

export type { CachedBlocks, CachedSums };

/** Bytes in a SHA-256 digest. */
const DIGEST_BYTES = 32;
/** Messages of SQLite for a file that is not a database, or a broken one. */
const BROKEN = /not a database|malformed|corrupt|no such (table|column)/i;

/** The cached digests of one version of a file. */
export interface CachedDigests {
  /** Digests of its blocks; `null` if they are not known. */
  readonly blocks: CachedBlocks | null;
  /** Digests of its whole content. */
  readonly sums: CachedSums;
}

/** The cached digests of the whole content of one version of a file. */
export interface CachedFacts {
  /** The root of the content, 64 hex digits. */
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
  #table: DigestTable | null;

  private constructor(path: string, options: DigestCacheOptions) {
    this.#path = path;
    this.#maxFiles = options.maxFiles ?? MAX_CACHED_MANIFESTS;
    this.#onFault = options.onFault ?? (() => {});
    this.#table = this.#openTable();
  }

  /**
   * Opens a cache, creating it if it is missing. A file that cannot be opened is renamed to
   * `PATH.broken` and replaced by a new one; if that fails too, nothing is cached.
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

  /** Number of lookups with and without a result. */
  get lookups(): { readonly hits: number; readonly misses: number } {
    return { ...this.#lookups };
  }

  /** Returns the digests of this version of a file; `null` if none are cached. */
  get(path: StorePath, revision: string): CachedDigests | null {
    const found = this.#get(path, revision);
    this.#lookups[found === null ? "misses" : "hits"]++;
    return found;
  }

  #get(path: StorePath, revision: string): CachedDigests | null {
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
  facts(path: StorePath, revision: string): CachedFacts | null {
    const found = this.#try((table) => table.facts(path, revision)) ?? null;
    this.#lookups[found === null ? "misses" : "hits"]++;
    if (found === null) return null;
    const { root, sha256, md5 } = found;
    return {
      root: root ?? undefined,
      sums: { sha256: sha256 ?? undefined, md5: md5 ?? undefined },
    };
  }

  /** Caches block digests; digests of other versions are discarded. */
  putBlocks(path: StorePath, revision: string, blocks: CachedBlocks): void {
    this.#try((table) => table.putBlocks(path, revision, blocks));
  }

  /** Adds whole-file digests to those cached; digests of other versions are discarded. */
  putSums(path: StorePath, revision: string, sums: CachedSums): void {
    this.#try((table) => table.putSums(path, revision, sums));
  }

  /**
   * Follows a rename of a file, or of a folder with everything below it.
   *
   * @param revision The revision of the file under its new name, as a rename may change it.
   */
  rename(from: StorePath, to: StorePath, revision?: string): void {
    this.#try((table) => table.rename(from, to, revision ?? null));
  }

  /** Keeps the digests of a file whose time or permissions were changed. */
  renew(path: StorePath, from: string, to: string): void {
    const known = this.#get(path, from);
    if (known === null || from === to) return;
    if (known.blocks !== null) this.putBlocks(path, to, known.blocks);
    this.putSums(path, to, known.sums);
  }

  /** Discards the digests of a path and everything below it. */
  forget(path: StorePath): void {
    this.#try((table) => table.forget(path));
  }

  /** Number of cached files. */
  get size(): number {
    return this.#try((table) => table.size) ?? 0;
  }

  /** Closes the database. Idempotent. */
  [Symbol.dispose](): void {
    this.#table?.[Symbol.dispose]();
    this.#table = null;
  }

  #try<T>(act: (table: DigestTable) => T): T | undefined {
    if (this.#table === null) return undefined;
    try {
      return act(this.#table);
    } catch (error) {
      this.#onFault(error);
      if (BROKEN.test(String(error))) {
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

function setAside(path: string): void {
  Deno.renameSync(path, `${path}.broken`);
  for (const companion of [`${path}-wal`, `${path}-shm`]) removeIfThere(companion);
}
