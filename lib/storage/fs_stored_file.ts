/**
 * A file of the jail, open for reading.
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
  /** What it was when it was opened. */
  readonly entry: StoreEntry;
  readonly #file: Descriptor;
  readonly #at: string;
  readonly #facts: Facts;
  #open = true;

  /**
   * Takes an open file.
   *
   * @param file Owned from here on.
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

  /** Whether nobody wrote to it: a file that took its name since does not count. */
  // deno-lint-ignore require-await
  async unchanged(): Promise<boolean> {
    this.#mustBeOpen();
    // Its name tells at a fifth of the price, where it still has it.
    const named = look(this.#at);
    const now = named !== null && sameFile(named, this.#facts)
      ? named
      : factsOf(fstatSync(this.#file.fd));
    return now.bytes === this.entry.bytes && now.mtimeMs === this.entry.mtimeMs;
  }

  /** Closes it; again is no error. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    return this.#file.close();
  }

  // The number may already be another file's.
  #mustBeOpen(): void {
    if (!this.#open) throw new FtError("internal", `Cannot read ${this.entry.path}: it is closed`);
  }
}
