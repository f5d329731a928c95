/**
 * Listing what is below a folder.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import type { Store } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { infoOf } from "./file_info.ts";
import type { FileInfo, ListOptions } from "./files.ts";

/** Lists folders of a store, as far as the caller may list them. */
export class Listing {
  readonly #store: Store;
  readonly #allows: (path: string) => boolean;
  readonly #options: ListOptions;

  /** @param allows Whether the caller may list a path now. */
  constructor(store: Store, allows: (path: string) => boolean, options: ListOptions) {
    this.#store = store;
    this.#allows = allows;
    this.#options = options;
  }

  /** Lists what is below a folder. @throws The error of that folder, or of the whole store. */
  async *below(dir: StorePath): AsyncGenerator<FileInfo> {
    const { signal, recursive } = this.#options;
    const leftOut = (error: FtError) => this.#leftOut(error, dir);
    for await (const entry of this.#store.list(dir, signal, leftOut)) {
      if (!this.#allows(entry.path)) continue;
      yield infoOf(entry);
      if (recursive && entry.type === "dir") yield* this.#subfolder(entry.path);
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
