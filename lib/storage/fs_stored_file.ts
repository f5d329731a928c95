/**
 * A file in a jail, open for reading.
 *
 * @module
 */

import { fstatSync } from "node:fs";
import { FtError } from "../base/errors.ts";
import { Descriptor } from "./descriptor.ts";
import { entryOf, type Facts, factsOf, look, sameFile, storeError } from "./fs_entry.ts";
import type { JailedFile } from "./fs_jail.ts";
import type { StoredFile, StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";

/** See {@linkcode StoredFile}. */
export class FsStoredFile implements StoredFile {
  /** Its entry when it was opened. */
  readonly entry: StoreEntry;
  readonly #file: Descriptor;
  readonly #at: string;
  readonly #facts: Facts;
  #open = true;

  /**
   * Wraps an open file.
   *
   * @param file Owned by this object.
   */
  constructor(path: StorePath, file: JailedFile) {
    this.#file = new Descriptor(file.fd);
    this.#at = file.at;
    this.#facts = file.facts;
    this.entry = entryOf(path, file.facts);
  }

  /** See {@linkcode StoredFile.readAt}. */
  async readAt(offset: number, into: Uint8Array): Promise<number> {
    this.#mustBeOpen();
    try {
      return await this.#file.readAt(offset, into);
    } catch (error) {
      throw storeError(error, "read", this.entry.path);
    }
  }

  /** See {@linkcode StoredFile.unchanged}. */
  // deno-lint-ignore require-await
  async unchanged(): Promise<boolean> {
    this.#mustBeOpen();
    try {
      // An lstat of the name costs a fifth of an fstat, if the name still belongs to this file.
      const named = look(this.#at);
      const now = named !== null && sameFile(named, this.#facts)
        ? named
        : factsOf(fstatSync(this.#file.fd));
      return now.bytes === this.entry.bytes && now.mtimeMs === this.entry.mtimeMs;
    } catch (error) {
      throw storeError(error, "look at", this.entry.path);
    }
  }

  /** Closes the file. Idempotent. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    return this.#file.close();
  }

  // The descriptor may already belong to another file.
  #mustBeOpen(): void {
    if (!this.#open) throw new FtError("internal", `Cannot read ${this.entry.path}: it is closed`);
  }
}
