/**
 * A folder of the disk as a store.
 *
 * @module
 */

import {
  renameFile,
  renameFileToFree,
  renameFolderToFree,
  syncFolder,
} from "../base/atomic_name.ts";
import { FtError } from "../base/errors.ts";
import { removeQuietly } from "../base/missing_files.ts";
import { draftIn, removeUseless, stagedIn } from "./staging.ts";
import { entryOf, type Facts, look, storeError } from "./fs_entry.ts";
import { FsBatches } from "./fs_batch.ts";
import { lockJail } from "./folder_lock.ts";
import { FsJail } from "./fs_jail.ts";
import { newFileMode } from "./file_mode.ts";
import { FsStagedFile } from "./fs_staged_file.ts";
import { FsStoredFile } from "./fs_stored_file.ts";
import { makeSmallFile } from "./small_file_write.ts";
import {
  isStageToken,
  type PublishOptions,
  type SmallContent,
  type StagedFile,
  type Store,
  type StoredFile,
  type StoreEntry,
} from "./store.ts";
import { join, parentOf, portabilityFault, type StorePath } from "./store_path.ts";

const STAGING = "staging";
/** Names looked at before others get their turn. */
const LOOKS_A_TURN = 512;

/** Options of {@linkcode FsStore.open}. */
export interface FsStoreOptions {
  /**
   * Whether new names must be possible on every common file system.
   *
   * @default {Deno.build.os === "windows"}
   */
  readonly portableNames?: boolean;
  /** Whether other processes are kept off the folder, if it can be written. @default {false} */
  readonly exclusive?: boolean;
}

/** A store in a folder; see {@linkcode FsJail} for what keeps it there. */
export class FsStore implements Store {
  readonly #jail: FsJail;
  readonly #portable: boolean;
  readonly #staged = new Map<string, FsStagedFile>();
  readonly #batches: FsBatches;
  readonly #lock: Disposable | null;
  #mode: number | undefined;

  private constructor(jail: FsJail, options: FsStoreOptions, lock: Disposable | null) {
    this.#jail = jail;
    this.#lock = lock;
    this.#portable = options.portableNames ?? Deno.build.os === "windows";
    this.#batches = new FsBatches({ jail, create: (file, replace) => this.#create(file, replace) });
  }

  /**
   * Opens a folder, making it when it is missing. Staged files go into a folder of its own in it,
   * made when the first one is needed, so a folder that cannot be written can still be served.
   *
   * @throws `not_allowed`, `conflict` when it is a file, or another process has it for itself.
   *
   * @example
   * ```ts
   * import { FsStore } from "./fs_store.ts";
   * import { storePath } from "./store_path.ts";
   *
   * const root = await Deno.makeTempDir();
   * {
   *   await using store = await FsStore.open(root);
   *   await using staged = await store.stage("an_upload");
   *   await staged.writeAt(0, new TextEncoder().encode("hello"));
   *   const entry = await staged.publish(storePath("a/b.txt"), { replace: false });
   *   if (entry.bytes !== 5) throw new Error();
   * }
   * await Deno.remove(root, { recursive: true });
   * ```
   */
  static async open(root: string, options: FsStoreOptions = {}): Promise<FsStore> {
    const jail = await FsJail.open(root);
    // What a crash left is carried out by who has the folder, and by nobody else.
    const store = new FsStore(jail, options, options.exclusive ? await lockJail(jail) : null);
    try {
      if (store.locked) removeUseless(jail.reserved(STAGING));
      await store.#batches.recover();
    } catch (error) {
      store.#lock?.[Symbol.dispose]();
      throw error;
    }
    return store;
  }

  /** Whether other processes are kept off the folder. */
  get locked(): boolean {
    return this.#lock !== null;
  }

  /** The folder, absolute and free of links. */
  get root(): string {
    return this.#jail.root;
  }

  /** See {@linkcode Store.stat}. */
  // deno-lint-ignore require-await
  async stat(path: StorePath): Promise<StoreEntry | null> {
    const facts = this.#jail.look(path);
    return facts === null ? null : entryOf(path, facts);
  }

  /** See {@linkcode Store.list}. */
  async *list(dir: StorePath): AsyncGenerator<StoreEntry> {
    if (this.#jail.look(dir)?.kind !== "dir") return;
    let looks = 0;
    for (const name of await this.#jail.names(dir)) {
      if (++looks % LOOKS_A_TURN === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      const entry = this.#child(dir, name);
      if (entry !== null) yield entry;
    }
  }

  #child(dir: StorePath, name: string): StoreEntry | null {
    const path = this.#possible(dir, name);
    try {
      const facts = path && look(this.#jail.locate(path));
      return facts?.kind === "file" || facts?.kind === "dir" ? entryOf(path!, facts) : null;
    } catch (error) {
      // Left out, it would be as if it were not there.
      throw storeError(error, "look at", path!);
    }
  }

  /** `null` for a name nobody could ask for. */
  #possible(dir: StorePath, name: string): StorePath | null {
    try {
      const path = join(dir, name);
      this.#jail.locate(path);
      return path;
    } catch {
      return null;
    }
  }

  /** See {@linkcode Store.open}. */
  // deno-lint-ignore require-await
  async open(path: StorePath): Promise<StoredFile | null> {
    const file = this.#jail.open(path);
    return file === null ? null : new FsStoredFile(path, file);
  }

  /** See {@linkcode Store.stage}. */
  async stage(token: string, name: string = token): Promise<StagedFile> {
    if (!isStageToken(token)) throw new FtError("usage", "Cannot stage: the token is malformed");
    for (let old; (old = this.#staged.get(token)) !== undefined;) await old.supersede();
    try {
      const folder = this.#jail.reserve(STAGING);
      const publisher = { mode: this.#fileMode(folder), place: this.#place.bind(this) };
      const file = new FsStagedFile(`${folder}/${token}`, { token, name }, publisher, () => {
        if (this.#staged.get(token) === file) this.#staged.delete(token);
      });
      this.#staged.set(token, file);
      return file;
    } catch (error) {
      throw storeError(error, "write", name);
    }
  }

  #fileMode(folder: string): number {
    return this.#mode ??= newFileMode(folder);
  }

  /** See {@linkcode Store.writeMany}. */
  async writeMany(
    files: readonly SmallContent[],
    replace: boolean,
  ): Promise<(StoreEntry | Error)[]> {
    for (const { path } of files) if (replace) await this.#settled(path);
    return await this.#batches.write(files, replace);
  }

  /** Before a name changes hands, no journal may still want to restore what it had. */
  async #settled(path: StorePath): Promise<void> {
    if (this.#batches.concerns(path)) await this.#batches.settle();
  }

  #create(file: SmallContent, replace: boolean): StoreEntry {
    const { path, bytes, mtimeMs, executable } = file;
    this.#mustBePortable(path);
    const folder = this.#jail.reserve(STAGING);
    const staged = draftIn(folder);
    try {
      const mode = this.#fileMode(folder);
      this.#jail.makeWay(parentOf(path));
      const to = this.#jail.way(path);
      makeSmallFile(staged, bytes, mtimeMs, executable ? mode | (mode & 0o444) >> 2 : mode);
      renameFile(staged, to, replace);
      this.#jail.way(path);
      return entryOf(path, look(to)!);
    } catch (error) {
      removeQuietly(staged);
      throw storeError(error, "write", path);
    }
  }

  /** See {@linkcode Store.staged}. */
  staged(): AsyncGenerator<{ readonly token: string; readonly mtimeMs: number }> {
    return stagedIn(this.#jail.reserved(STAGING));
  }

  async #place(
    staged: string,
    path: StorePath,
    options: PublishOptions,
    facts: () => Facts,
  ): Promise<StoreEntry> {
    this.#mustBePortable(path);
    try {
      await this.#settled(path);
      const made = this.#jail.makeWay(parentOf(path));
      const to = this.#jail.way(path);
      if (this.#jail.look(path)?.kind === "dir") {
        throw new FtError("conflict", `it is a folder: ${path}`, { name: path });
      }
      renameFile(staged, to, options.replace);
      const placed = facts();
      // Cannot be undone, but must not be called a success.
      this.#jail.way(path);
      await this.#syncNames(path, ...made);
      return entryOf(path, placed);
    } catch (error) {
      throw storeError(error, "write", path);
    }
  }

  /** See {@linkcode Store.move}. */
  async move(from: StorePath, to: StorePath): Promise<void> {
    this.#mustBePortable(to);
    if (to === from || to.startsWith(`${from}/`)) {
      throw new FtError("conflict", `cannot move ${from} to ${to}: it is itself`, { name: to });
    }
    try {
      await this.#settled(from);
      const facts = this.#jail.look(from);
      const source = this.#jail.way(from);
      if (facts === null) throw new FtError("not_found", `not found: ${from}`, { name: from });
      const target = this.#jail.way(to);
      (facts.kind === "dir" ? renameFolderToFree : renameFileToFree)(source, target);
      await this.#syncNames(from, to);
    } catch (error) {
      throw storeError(error, "move", to);
    }
  }

  /** See {@linkcode Store.remove}. */
  async remove(path: StorePath): Promise<void> {
    try {
      await this.#settled(path);
      if (this.#jail.look(path) === null) {
        throw new FtError("not_found", `not found: ${path}`, { name: path });
      }
      await Deno.remove(this.#jail.way(path));
    } catch (error) {
      throw storeError(error, "remove", path);
    }
  }

  /** See {@linkcode Store.mkdir}. */
  // deno-lint-ignore require-await
  async mkdir(path: StorePath): Promise<void> {
    this.#mustBePortable(path);
    try {
      this.#jail.makeWay(path);
    } catch (error) {
      throw storeError(error, "make", path);
    }
  }

  /** Closes what is still staged, keeping it. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of [...this.#staged.values()]) await file[Symbol.asyncDispose]();
    await this.#batches[Symbol.asyncDispose]();
    this.#lock?.[Symbol.dispose]();
  }

  async #syncNames(...paths: StorePath[]): Promise<void> {
    const folders = paths.map((path) => this.#jail.locate(parentOf(path)));
    await Promise.all([...new Set(folders)].map(syncFolder));
  }

  #mustBePortable(path: StorePath): void {
    const fault = this.#portable ? portabilityFault(path) : null;
    if (fault === null) return;
    throw new FtError("not_allowed", `path not allowed (${fault}): ${path}`, { name: path });
  }
}
