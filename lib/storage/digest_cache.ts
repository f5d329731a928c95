/**
 * Digests that were computed once, kept for each version of a file. A cache is never worth failing
 * for: what cannot be read is as if it were not there, what cannot be written is left out, and a
 * broken file is set aside.
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
/** SQLite's words for a file that is no database, or a broken one. */
const BROKEN = /not a database|malformed|corrupt|no such (table|column)/i;

/** What is known of one version of a file. */
export interface CachedDigests {
  /** Its blocks, `null` when not known. */
  readonly blocks: CachedBlocks | null;
  /** Its whole content. */
  readonly sums: CachedSums;
}

/** Options of {@linkcode DigestCache.open}. */
export interface DigestCacheOptions {
  /**
   * Files remembered at most.
   *
   * @default {MAX_CACHED_MANIFESTS}
   */
  readonly maxFiles?: number;
  /** Told what went wrong, for the log. @default nobody */
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
   * Opens a cache, making it when it is missing. One that cannot be opened is renamed to
   * `PATH.broken` and begun anew; where that fails too nothing is remembered.
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

  /** How often something was known, and how often not. */
  get lookups(): { readonly hits: number; readonly misses: number } {
    return { ...this.#lookups };
  }

  /** What is known of this version of a file; `null` when nothing is. */
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

  /** Remembers block digests; what was known of other versions is forgotten. */
  putBlocks(path: StorePath, revision: string, blocks: CachedBlocks): void {
    this.#try((table) => table.putBlocks(path, revision, blocks));
  }

  /** Remembers whole-file digests beside those known; what was known of other versions is forgotten. */
  putSums(path: StorePath, revision: string, sums: CachedSums): void {
    this.#try((table) => table.putSums(path, revision, sums));
  }

  /**
   * Follows a move, of a folder with all below it.
   *
   * @param revision The file's revision under its new name, as a move may change it.
   */
  rename(from: StorePath, to: StorePath, revision?: string): void {
    this.#try((table) => table.rename(from, to, revision ?? null));
  }

  /** Forgets a path and all below it. */
  forget(path: StorePath): void {
    this.#try((table) => table.forget(path));
  }

  /** Files remembered. */
  get size(): number {
    return this.#try((table) => table.size) ?? 0;
  }

  /** Closes the database; again is no error. */
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
