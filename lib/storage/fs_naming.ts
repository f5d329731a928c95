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
import { createFilesIn, namedFacts } from "./folder_files.ts";
import { KeptVersions } from "./kept_versions.ts";
import { keepLost, type Lost, NOTHING_LOST } from "./lost_content.ts";
import { makeFolder, renameFolderOnce } from "./folders.ts";
import { makeSmallFile } from "./small_file_write.ts";
import { asideIn, draftIn } from "./staging.ts";
import { SwapGuard } from "./swap_guard.ts";
import type { PublishOptions, SmallContent, StoreEntry } from "./store.ts";
import type { Change } from "./version_change.ts";
import type { KeptVersion, VersionCause } from "./store_versions.ts";
import type { VersionOptions } from "./version_policy.ts";
import { parentOf, portabilityFault, ROOT, type StorePath } from "./store_path.ts";

const STAGING = "staging";

/** Gives files and folders their names, atomically. */
export class FsNaming {
  readonly #jail: FsJail;
  readonly #portable: boolean;
  readonly #guard: SwapGuard;
  /** @default nothing is kept */
  readonly versions: KeptVersions | undefined;
  #mask: number | undefined;

  /** @param portable Whether new names must be valid on every common file system. */
  constructor(jail: FsJail, portable: boolean, versions?: VersionOptions) {
    this.#jail = jail;
    this.#portable = portable;
    this.#guard = new SwapGuard(jail, () => draftIn(this.reserveStaging()));
    this.versions = versions && new KeptVersions(jail, this.#guard, versions);
  }

  /** The folder of staged files, which may not exist. */
  get staging(): string {
    return this.#jail.reserved(STAGING);
  }

  /** Creates the folder of staged files on first use. */
  reserveStaging(): string {
    return this.#jail.reserve(STAGING);
  }

  /** Whether another user than the server's, or root, can replace what is in the root. */
  get shared(): boolean {
    return this.#guard.shared(ROOT);
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
    return this.#bitsFor(wanted, replace ? this.#jail.look(path) : null);
  }

  #bitsFor(wanted: WantedBits, found: Facts | null): number {
    const own = found?.kind === "file" ? bitsOf(found.mode) : undefined;
    // The server must be able to read what it stores.
    return own ?? newFileBits(wanted, this.mask) | 0o400;
  }

  /** {@linkcode createFilesIn} a folder of the store. */
  createIn(
    folder: StorePath,
    files: readonly SmallContent[],
    replace: boolean,
    by?: string,
  ): (StoreEntry | FtError)[] {
    return createFilesIn(folder, files, {
      ...{ jail: this.#jail, guard: this.#guard, replace },
      makeFolder: () => void this.#createFolders(folder),
      draft: () => draftIn(this.reserveStaging()),
      replaced: ({ path }) => replace ? this.#jail.look(path) : null,
      bitsFor: (file, replaced) => this.#bitsFor(file, replaced),
      keep: ({ path, root }, replaced) =>
        this.versions?.begin(path, replaced, "overwritten", { by, root }) ?? null,
      requirePortable: (path) => this.#requirePortable(path),
      createGuarded: (file) => this.#create(file, replace, by),
    });
  }

  /** Creates a small file in a folder that may be swapped, without syncing it. */
  #create(file: SmallContent, replace: boolean, by: string | undefined): StoreEntry {
    const { path, bytes, mtimeMs, root } = file;
    this.#requirePortable(path);
    const draft = draftIn(this.reserveStaging());
    try {
      makeSmallFile(draft, bytes, mtimeMs, this.bitsFor(path, file, replace), replace);
      using kept = this.#keep(path, replace ? "overwritten" : undefined, { by, root });
      this.#give(draft, path, replace);
      kept.done();
      return entryOf(path, namedFacts(this.#jail, path));
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
    { replace, change }: PublishOptions,
    facts: () => Facts,
  ): Promise<StoreEntry> {
    this.#requirePortable(path);
    try {
      const made = this.#createFolders(parentOf(path));
      this.#requireNoFolder(path);
      using kept = this.#keep(path, replace ? "overwritten" : undefined, change);
      using folders = this.#foldersOf([path, ...made], kept);
      this.#give(staged, path, replace);
      kept.done();
      const placed = facts();
      await folders.sync();
      return entryOf(path, placed);
    } catch (error) {
      throw storeError(error, "write", path);
    }
  }

  /** Gives a version its name again; durable when it returns. See `StoreVersions.restore`. */
  async restore(version: KeptVersion, replace: boolean, change?: Change): Promise<StoreEntry> {
    const { path, root } = version;
    this.#requirePortable(path);
    try {
      const made = this.#createFolders(parentOf(path));
      this.#requireNoFolder(path);
      using kept = this.#keep(path, replace ? "restored" : undefined, { ...change, root });
      using folders = this.#foldersOf([path, ...made], kept);
      const file = this.versions!.release(version);
      try {
        this.#give(file.at, path, replace);
      } catch (error) {
        file.takeBack();
        throw error;
      }
      kept.done();
      const entry = entryOf(path, namedFacts(this.#jail, path));
      this.versions!.restored(version, entry);
      await folders.sync();
      return entry;
    } catch (error) {
      throw storeError(error, "restore", path);
    }
  }

  /**
   * Renames a file or folder durably, to a free name.
   *
   * @param replace Whether a file may take the place of another one.
   */
  async move(from: StorePath, to: StorePath, replace: boolean, change?: Change): Promise<void> {
    this.#requirePortable(to);
    try {
      const facts = this.#jail.look(from);
      const source = this.#jail.resolve(from);
      if (facts === null) throw notFound(from);
      const isFolder = facts.kind === "dir";
      const ontoFile = replace && !isFolder && this.#jail.look(to)?.kind === "file";
      // A file that is moved onto itself, by another name, loses nothing.
      using kept = this.#keep(to, ontoFile ? "replaced" : undefined, change, facts);
      using folders = this.#foldersOf([from, to], kept);
      const renameOne = ontoFile ? Deno.renameSync : renameFileToFree;
      if (this.#guard.exposed(from) || this.#guard.exposed(to)) {
        const rename = isFolder ? renameFolderOnce : renameOne;
        this.#guard.move([from, to], facts, asideIn(this.reserveStaging()), rename);
      } else {
        const rename = isFolder ? renameFolderToFree : renameOne;
        this.#guard.place(source, to, facts, (target) => rename(source, target));
      }
      kept.done();
      await folders.sync();
    } catch (error) {
      throw storeError(error, "move", to);
    }
  }

  /** Creates a folder and those above it. @param mode Permission bits of a new one. */
  makeFolder(path: StorePath, mode?: number): void {
    this.#requirePortable(path);
    try {
      this.#createFolders(path, newFolderBits({ mode }));
    } catch (error) {
      throw storeError(error, "make", path);
    }
  }

  /** Removes a file, or an empty folder. A file becomes a version. */
  async remove(path: StorePath, change?: Change): Promise<void> {
    try {
      const facts = this.#jail.look(path);
      if (facts === null) throw notFound(path);
      if (facts.kind === "file" && this.versions?.take(path, facts, change)) return;
      if (!this.#guard.exposed(path)) return await Deno.remove(this.#jail.resolve(path));
      const draft = draftIn(this.reserveStaging());
      this.#guard.take(path, facts, draft);
      this.#removeTaken(draft, path, facts);
    } catch (error) {
      throw storeError(error, "remove", path);
    }
  }

  #removeTaken(draft: string, path: StorePath, facts: Facts): void {
    try {
      Deno.removeSync(draft);
    } catch (error) {
      // It is a folder that is not empty.
      this.#guard.place(draft, path, facts, (back) => renameFolderOnce(draft, back));
      throw error;
    }
  }

  #keep(
    path: StorePath,
    cause: VersionCause | undefined,
    change?: Change,
    unless?: Facts,
  ): Lost {
    const { versions } = this;
    if (cause === undefined || versions === undefined) return NOTHING_LOST;
    const facts = this.#jail.look(path);
    return keepLost(versions, { path, facts, cause, change, unless });
  }

  #requireNoFolder(path: StorePath): void {
    if (path === ROOT || this.#jail.look(path)?.kind !== "dir") return;
    throw new FtError("conflict", `it is a folder: ${path}`, { name: path });
  }

  /** Gives a file on the disk its name. */
  #give(from: string, path: StorePath, replace: boolean): void {
    const facts = look(from);
    if (facts === null) throw notFound(path);
    this.#guard.place(from, path, facts, (to) => renameFile(from, to, replace));
  }

  /** Creates folders. @returns Those that were missing, from the top. */
  #createFolders(dir: StorePath, mode?: number): StorePath[] {
    return this.#jail.createFolders(dir, mode, (path, at, bits) => {
      if (!this.#guard.exposed(path)) return makeFolder(at, bits);
      const draft = draftIn(this.reserveStaging());
      makeFolder(draft, bits);
      try {
        this.#guard.place(draft, path, look(draft)!, (to) => Deno.renameSync(draft, to));
        return true;
      } catch (error) {
        removeQuietly(draft);
        throw error;
      }
    });
  }

  #foldersOf(paths: readonly StorePath[], { folder }: Lost): FolderSync {
    const folders = paths.map((path) => this.#jail.locate(parentOf(path)));
    return new FolderSync(folder === undefined ? folders : [...folders, folder]);
  }

  #requirePortable(path: StorePath): void {
    const fault = this.#portable ? portabilityFault(path) : null;
    if (fault === null) return;
    throw new FtError("not_allowed", `path not allowed (${fault}): ${path}`, { name: path });
  }
}
