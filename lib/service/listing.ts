/**
 * Listing what is below a folder.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { MAX_BATCH_FILES } from "../base/limits.ts";
import type { Store, StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { infoOf } from "./file_info.ts";
import type { FileInfo, ListOptions } from "./files.ts";

/** An entry of a listing. */
type Listed = StoreEntry & { readonly root?: string | undefined };

/** Returns the known roots of files that the caller may read, by path. */
export type KnownRoots = (files: readonly StoreEntry[]) => Map<string, string>;

/** Lists folders of a store, as far as the caller may list them. */
export class Listing {
  readonly #store: Store;
  readonly #allows: (path: string) => boolean;
  readonly #options: ListOptions;
  readonly #roots: KnownRoots;

  /**
   * @param allows Whether the caller may list a path now.
   * @param roots Used if the options ask for roots.
   */
  constructor(
    store: Store,
    allows: (path: string) => boolean,
    options: ListOptions,
    roots: KnownRoots,
  ) {
    this.#store = store;
    this.#allows = allows;
    this.#options = options;
    this.#roots = roots;
  }

  /** Lists what is below a folder. @throws The error of that folder, or of the whole store. */
  async *below(dir: StorePath): AsyncGenerator<FileInfo> {
    const { signal, recursive } = this.#options;
    const leftOut = (error: FtError) => this.#leftOut(error, dir);
    const entries: AsyncIterable<Listed> = this.#store.list(dir, signal, leftOut);
    for await (const entry of this.#options.roots ? this.#withRoots(entries) : entries) {
      if (!this.#allows(entry.path)) continue;
      const { root } = entry;
      yield root === undefined ? infoOf(entry) : { ...infoOf(entry), root };
      if (recursive && entry.type === "dir") yield* this.#subfolder(entry.path);
    }
  }

  /** Looks up many roots at a time. */
  async *#withRoots(entries: AsyncIterable<StoreEntry>): AsyncGenerator<Listed> {
    for await (const piece of inPieces(entries)) {
      const roots = this.#roots(piece.filter(({ type }) => type === "file"));
      for (const entry of piece) yield { ...entry, root: roots.get(entry.path) };
    }
  }

  /** One that cannot be read is left out, and the others are listed. */
  async *#subfolder(dir: StorePath): AsyncGenerator<FileInfo> {
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

async function* inPieces(entries: AsyncIterable<StoreEntry>): AsyncGenerator<StoreEntry[]> {
  let piece: StoreEntry[] = [];
  for await (const entry of entries) {
    if (piece.push(entry) < MAX_BATCH_FILES) continue;
    yield piece;
    piece = [];
  }
  yield piece;
}
