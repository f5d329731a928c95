/**
 * One file of a folder as a store of its own, which cannot be changed.
 *
 * @module
 */

import { FtError, notFound } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import type { Store, StoredFile, StoreEntry, WholeFile } from "./store.ts";
import { ROOT, type StorePath } from "./store_path.ts";

/** A store whose root has this file and nothing else. A change is `not_allowed`. */
export class SingleFile implements Store {
  readonly #folder: Store;
  readonly #file: StorePath;

  /**
   * @param folder The store that has the file; disposed with this one.
   * @param file Its path there.
   */
  constructor(folder: Store, file: StorePath) {
    this.#folder = folder;
    this.#file = file;
  }

  /** Opens the file of a folder. @throws `not_found`; `usage` if it is not a file. */
  static async open(folder: Store, file: StorePath): Promise<SingleFile> {
    const entry = await folder.stat(file);
    if (entry === null) throw notFound(file);
    if (entry.type === "file") return new SingleFile(folder, file);
    throw new FtError("usage", `it is not a file: ${file}`, { name: file });
  }

  /** See {@linkcode Store.stat}. */
  async stat(path: StorePath): Promise<StoreEntry | null> {
    return this.#has(path) ? await this.#folder.stat(path) : null;
  }

  /** See {@linkcode Store.list}. */
  async *list(
    dir: StorePath,
    signal?: AbortSignal,
    leftOut?: (error: FtError) => void,
  ): AsyncGenerator<StoreEntry> {
    signal?.throwIfAborted();
    if (dir !== ROOT) return;
    try {
      const entry = await this.#folder.stat(this.#file);
      if (entry !== null) yield entry;
    } catch (error) {
      if (leftOut === undefined) throw error;
      leftOut(asFtError(error));
    }
  }

  /** See {@linkcode Store.open}. */
  async open(path: StorePath): Promise<StoredFile | null> {
    return this.#has(path) ? await this.#folder.open(path) : null;
  }

  /** See {@linkcode Store.readMany}. */
  async readMany(paths: readonly StorePath[], maxBytes: number): Promise<(WholeFile | null)[]> {
    const wanted = paths.includes(this.#file);
    const [file = null] = wanted ? await this.#folder.readMany([this.#file], maxBytes) : [];
    return paths.map((path) => path === this.#file ? file : null);
  }

  /** Nothing is ever staged. */
  async *staged(): AsyncGenerator<never> {}

  readonly stage = this.#refuse;
  readonly writeMany = this.#refuse;
  readonly move = this.#refuse;
  readonly remove = this.#refuse;
  readonly mkdir = this.#refuse;
  readonly setFacts = this.#refuse;

  #has(path: StorePath): boolean {
    return path === ROOT || path === this.#file;
  }

  #refuse(): Promise<never> {
    return Promise.reject(new FtError("not_allowed", "one file is served, and it is read-only"));
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#folder[Symbol.asyncDispose]();
  }
}
