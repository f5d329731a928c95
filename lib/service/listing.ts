/**
 * Listing what is below a folder.
 *
 * @module
 */

import { FtError, notFound } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import type { Permission } from "../auth/permission.ts";
import { batchesOf } from "../base/batched.ts";
import type { Store, StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { infoOf, withLock } from "./file_info.ts";
import type { FileInfo, HeldLock, ListOptions } from "./files.ts";

/** Knowledge about entries besides their facts in the store. */
export interface KnownFacts {
  /** Returns the known roots of files that the caller may read, by path. */
  readonly roots: (files: readonly StoreEntry[]) => Map<string, string>;
  /** Returns the lease that covers a path. */
  readonly lock: (path: StorePath) => HeldLock | undefined;
}

/** Lists folders of a store, as far as the caller may list them. */
export class Listing {
  readonly #store: Store;
  readonly #permission: Permission;
  readonly #options: ListOptions;
  readonly #known: KnownFacts;

  /**
   * @param permission What the caller may list at the time.
   * @param known Its roots are used if the options ask for roots.
   */
  constructor(store: Store, permission: Permission, options: ListOptions, known: KnownFacts) {
    this.#store = store;
    this.#permission = permission;
    this.#options = options;
    this.#known = known;
  }

  /**
   * Lists a folder, or a single file.
   *
   * @param permitted Returns its path if the caller may list it.
   * @throws `not_found`, and as `permitted` and {@linkcode Listing.below}.
   */
  async *of(permitted: () => StorePath): AsyncGenerator<readonly FileInfo[]> {
    const path = permitted();
    const entry = await this.#store.stat(path);
    if (entry === null) throw notFound(path);
    if (entry.type === "file") yield [withLock(infoOf(entry), this.#known.lock(path))];
    else yield* this.below(path);
  }

  /** Lists what is below a folder. @throws The error of that folder, or of the whole store. */
  async *below(dir: StorePath): AsyncGenerator<readonly FileInfo[]> {
    const { signal, recursive, namesOnly } = this.#options;
    const leftOut = (error: FtError) => this.#leftOut(error, dir);
    const listed = this.#store.list(dir, signal, leftOut, namesOnly);
    for await (const entries of batchesOf(listed)) {
      const roots = this.#rootsOf(entries);
      let batch: FileInfo[] = [];
      // Names in a folder without rules of their own need no decision each.
      let everything = this.#permission.allowsBelow("list", dir);
      for (const entry of entries) {
        if (!everything && !this.#allows(entry.path)) continue;
        const root = roots?.get(entry.path);
        const info = root === undefined ? infoOf(entry) : { ...infoOf(entry), root };
        batch.push(withLock(info, this.#known.lock(entry.path)));
        if (!recursive || entry.type !== "dir") continue;
        yield batch;
        batch = [];
        yield* this.#subfolder(entry.path);
        everything = this.#permission.allowsBelow("list", dir);
      }
      yield batch;
    }
  }

  #rootsOf(entries: readonly StoreEntry[]): Map<string, string> | undefined {
    const { roots } = this.#options;
    return roots ? this.#known.roots(entries.filter(({ type }) => type === "file")) : undefined;
  }

  #allows(path: string): boolean {
    return this.#permission.allows("list", path);
  }

  /** One that cannot be read is left out, and the others are listed. */
  async *#subfolder(dir: StorePath): AsyncGenerator<readonly FileInfo[]> {
    try {
      yield* this.below(dir);
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      // The served folder as a whole may be back later.
      if (error instanceof FtError && error.retryable) throw error;
      this.#leftOut(asFtError(error, undefined, dir), dir);
    }
  }

  #leftOut(error: FtError, dir: StorePath): void {
    const path = error.subject ?? dir;
    if (this.#allows(path)) this.#options.onLeftOut?.(path, error);
  }
}
