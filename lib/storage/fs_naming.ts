/**
 * Creates and renames files and folders in a jail.
 *
 * @module
 */

import {
  FolderSync,
  renameFile,
  renameFileToFree,
  renameFolderToFree,
} from "../base/atomic_name.ts";
import { FtError, notFound } from "../base/errors.ts";
import { removeQuietly } from "../base/missing_files.ts";
import { entryOf, type Facts, look, storeError } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import {
  bitsOf,
  creationMask,
  newFileBits,
  newFolderBits,
  type WantedBits,
} from "./permission_bits.ts";
import { makeSmallFile } from "./small_file_write.ts";
import { draftIn } from "./staging.ts";
import type { PublishOptions, SmallContent, StoreEntry } from "./store.ts";
import { parentOf, portabilityFault, type StorePath } from "./store_path.ts";

const STAGING = "staging";

/** Gives files and folders their names, atomically. */
export class FsNaming {
  readonly #jail: FsJail;
  readonly #portable: boolean;
  #mask: number | undefined;

  /** @param portable Whether new names must be valid on every common file system. */
  constructor(jail: FsJail, portable: boolean) {
    this.#jail = jail;
    this.#portable = portable;
  }

  /** The folder of staged files, which may not exist. */
  get staging(): string {
    return this.#jail.reserved(STAGING);
  }

  /** Creates the folder of staged files on first use. */
  reserveStaging(): string {
    return this.#jail.reserve(STAGING);
  }

  /** The bits that the user's mask removes from new files. */
  get mask(): number {
    return this.#mask ??= creationMask(draftIn(this.reserveStaging()));
  }

  /**
   * The permission bits of a file that is about to get its name.
   *
   * @param replace Whether an existing file is replaced, which then keeps its own.
   */
  bitsFor(path: StorePath, wanted: WantedBits, replace: boolean): number {
    const found = replace ? this.#jail.look(path) : null;
    const own = found?.kind === "file" ? bitsOf(found.mode) : undefined;
    // The server must be able to read what it stores.
    return own ?? newFileBits(wanted, this.mask) | 0o400;
  }

  /** Creates a small file without syncing it. */
  create(file: SmallContent, replace: boolean): StoreEntry {
    const { path, bytes, mtimeMs } = file;
    this.#requirePortable(path);
    const draft = draftIn(this.reserveStaging());
    try {
      this.#jail.createFolders(parentOf(path));
      const to = this.#jail.resolve(path);
      makeSmallFile(draft, bytes, mtimeMs, this.bitsFor(path, file, replace));
      renameFile(draft, to, replace);
      this.#jail.resolve(path);
      return entryOf(path, look(to)!);
    } catch (error) {
      removeQuietly(draft);
      throw storeError(error, "write", path);
    }
  }

  /**
   * Gives a staged file its name and creates parent folders; both are durable when it returns.
   *
   * @param staged Its path on the disk.
   * @param facts Returns the facts about the open file.
   */
  async place(
    staged: string,
    path: StorePath,
    { replace }: PublishOptions,
    facts: () => Facts,
  ): Promise<StoreEntry> {
    this.#requirePortable(path);
    try {
      const made = this.#jail.createFolders(parentOf(path));
      using folders = this.#foldersOf(path, ...made);
      const to = this.#jail.resolve(path);
      if (this.#jail.look(path)?.kind === "dir") {
        throw new FtError("conflict", `it is a folder: ${path}`, { name: path });
      }
      renameFile(staged, to, replace);
      const placed = facts();
      // If a folder was swapped for a link meanwhile, report it; it cannot be undone.
      this.#jail.resolve(path);
      await folders.sync();
      return entryOf(path, placed);
    } catch (error) {
      throw storeError(error, "write", path);
    }
  }

  /** Renames a file or folder to a free name, durably. */
  async move(from: StorePath, to: StorePath): Promise<void> {
    this.#requirePortable(to);
    try {
      const facts = this.#jail.look(from);
      const source = this.#jail.resolve(from);
      if (facts === null) throw notFound(from);
      using folders = this.#foldersOf(from, to);
      const target = this.#jail.resolve(to);
      (facts.kind === "dir" ? renameFolderToFree : renameFileToFree)(source, target);
      await folders.sync();
    } catch (error) {
      throw storeError(error, "move", to);
    }
  }

  /** Creates a folder and those above it. @param mode Permission bits of a new one. */
  makeFolder(path: StorePath, mode?: number): void {
    this.#requirePortable(path);
    try {
      this.#jail.createFolders(path, newFolderBits({ mode }));
    } catch (error) {
      throw storeError(error, "make", path);
    }
  }

  #foldersOf(...paths: StorePath[]): FolderSync {
    return new FolderSync(paths.map((path) => this.#jail.locate(parentOf(path))));
  }

  #requirePortable(path: StorePath): void {
    const fault = this.#portable ? portabilityFault(path) : null;
    if (fault === null) return;
    throw new FtError("not_allowed", `path not allowed (${fault}): ${path}`, { name: path });
  }
}
