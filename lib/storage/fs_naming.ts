/**
 * How files and folders of a jail get their names: atomically, and durably where that was asked.
 *
 * @module
 */

import {
  renameFile,
  renameFileToFree,
  renameFolderToFree,
  syncFolder,
} from "../base/atomic_name.ts";
import { FtError, notFound } from "../base/errors.ts";
import { removeQuietly } from "../base/missing_files.ts";
import { modeWith, newFileMode } from "./draft.ts";
import { entryOf, type Facts, look, storeError } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import { makeSmallFile } from "./small_file_write.ts";
import { draftIn } from "./staging.ts";
import type { PublishOptions, SmallContent, StoreEntry } from "./store.ts";
import { parentOf, portabilityFault, type StorePath } from "./store_path.ts";

const STAGING = "staging";

/** Gives files their names. */
export class FsNaming {
  readonly #jail: FsJail;
  readonly #portable: boolean;
  #mode: number | undefined;

  /** @param portable Whether new names must be valid on every common file system. */
  constructor(jail: FsJail, portable: boolean) {
    this.#jail = jail;
    this.#portable = portable;
  }

  /** Where staged files are, or would be. */
  get staging(): string {
    return this.#jail.reserved(STAGING);
  }

  /** The folder of staged files, created on first use, and the permission bits of new files. */
  reserveStaging(): { readonly folder: string; readonly mode: number } {
    const folder = this.#jail.reserve(STAGING);
    return { folder, mode: this.#mode ??= newFileMode(draftIn(folder)) };
  }

  /** Creates a small file as a draft and gives it its name. Nothing is synced. */
  create(file: SmallContent, replace: boolean): StoreEntry {
    const { path, bytes, mtimeMs, executable } = file;
    this.#requirePortable(path);
    const { folder, mode } = this.reserveStaging();
    const draft = draftIn(folder);
    try {
      this.#jail.makeWay(parentOf(path));
      const to = this.#jail.way(path);
      makeSmallFile(draft, bytes, mtimeMs, modeWith(executable, mode));
      renameFile(draft, to, replace);
      this.#jail.way(path);
      return entryOf(path, look(to)!);
    } catch (error) {
      removeQuietly(draft);
      throw storeError(error, "write", path);
    }
  }

  /**
   * Gives a staged file its name and creates parent folders; both are durable when it returns.
   *
   * @param staged Where it is on the disk.
   * @param facts Looks at the open file.
   */
  async place(
    staged: string,
    path: StorePath,
    { replace }: PublishOptions,
    facts: () => Facts,
  ): Promise<StoreEntry> {
    this.#requirePortable(path);
    try {
      const made = this.#jail.makeWay(parentOf(path));
      const to = this.#jail.way(path);
      if (this.#jail.look(path)?.kind === "dir") {
        throw new FtError("conflict", `it is a folder: ${path}`, { name: path });
      }
      renameFile(staged, to, replace);
      const placed = facts();
      // A link that took a folder's name meanwhile cannot be undone, but it is reported.
      this.#jail.way(path);
      await this.#syncNames(path, ...made);
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
      const source = this.#jail.way(from);
      if (facts === null) throw notFound(from);
      const target = this.#jail.way(to);
      (facts.kind === "dir" ? renameFolderToFree : renameFileToFree)(source, target);
      await this.#syncNames(from, to);
    } catch (error) {
      throw storeError(error, "move", to);
    }
  }

  /** Creates a folder and those above it. */
  makeFolder(path: StorePath): void {
    this.#requirePortable(path);
    try {
      this.#jail.makeWay(path);
    } catch (error) {
      throw storeError(error, "make", path);
    }
  }

  async #syncNames(...paths: StorePath[]): Promise<void> {
    const folders = paths.map((path) => this.#jail.locate(parentOf(path)));
    await Promise.all([...new Set(folders)].map(syncFolder));
  }

  #requirePortable(path: StorePath): void {
    const fault = this.#portable ? portabilityFault(path) : null;
    if (fault === null) return;
    throw new FtError("not_allowed", `path not allowed (${fault}): ${path}`, { name: path });
  }
}
