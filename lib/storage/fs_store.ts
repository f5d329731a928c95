/**
 * A store in a folder on the disk.
 *
 * @module
 */

import { Batched } from "../base/batched.ts";
import { FtError } from "../base/errors.ts";
import { isWithin } from "../base/is_within.ts";
import { LOOKS_A_TURN } from "../base/limits.ts";
import { Turns } from "../base/turns.ts";
import { removeUseless, stagedIn } from "./staging.ts";
import { canLookIn, childOf, leftOutEntry, NOT_UTF8, requireKnown } from "./fs_child.ts";
import { entryOf, storeError } from "./fs_entry.ts";
import { FsBatches } from "./fs_batch.ts";
import { FolderNames } from "./folder_names.ts";
import { readFilesIn } from "./folder_reads.ts";
import { runsByFolder } from "./folder_runs.ts";
import { lockJail } from "./folder_lock.ts";
import { FsJail } from "./fs_jail.ts";
import { FsNaming } from "./fs_naming.ts";
import { FsStagedFile, type Publisher } from "./fs_staged_file.ts";
import { FsStoredFile } from "./fs_stored_file.ts";
import { FsVersions } from "./fs_versions.ts";
import { setFactsOf } from "./set_facts.ts";
import {
  type FileFacts,
  isStageToken,
  type SmallContent,
  type StagedFile,
  type Store,
  type StoredFile,
  type StoreEntry,
  type WholeFile,
} from "./store.ts";
import type { Change } from "./version_change.ts";
import type { VersionOptions } from "./version_policy.ts";
import { joinedText, ROOT, type StorePath } from "./store_path.ts";

/** Names that a listing looks up ahead of its consumer. */
const LOOKS_AHEAD = 64;

/** Options of {@linkcode FsStore.open}. */
export interface FsStoreOptions {
  /**
   * Whether new names must be valid on every common file system.
   *
   * @default {Deno.build.os === "windows"}
   */
  readonly portableNames?: boolean;
  /** Whether to lock the folder against other servers, if it is writable. @default {false} */
  readonly exclusive?: boolean;
  /**
   * Whether opening it writes nothing, not even to recover what an earlier server left. Without a lock
   * that may be in use. @default {false}
   */
  readonly readOnly?: boolean;
  /** How versions are kept, if it is writable. @default none are */
  readonly versions?: VersionOptions | undefined;
}

/** A store in a folder; {@linkcode FsJail} keeps every path inside it. */
export class FsStore implements Store {
  /** See {@linkcode Store.versions}. */
  readonly versions: FsVersions | undefined;
  readonly #jail: FsJail;
  readonly #naming: FsNaming;
  readonly #names: FolderNames;
  readonly #turns = new Turns(LOOKS_A_TURN);
  readonly #staged = new Map<string, FsStagedFile>();
  readonly #batches: FsBatches;
  readonly #lock: Disposable | null;
  readonly #makeRoom = (bytes: number) => this.versions?.makeRoom(bytes) ?? false;

  private constructor(jail: FsJail, options: FsStoreOptions, lock: Disposable | null) {
    this.#jail = jail;
    this.#lock = lock;
    const portable = options.portableNames ?? Deno.build.os === "windows";
    // Without its lock, the folder is not writable, or another server keeps its versions.
    const keeps = !options.readOnly && (lock !== null || !options.exclusive);
    const naming = new FsNaming(jail, portable, keeps ? options.versions : undefined);
    this.#naming = naming;
    this.#names = new FolderNames(jail);
    const createIn = naming.createIn.bind(naming);
    this.#batches = new FsBatches({ jail, createIn, makeRoom: this.#makeRoom });
    const kept = naming.versions;
    this.versions = kept && new FsVersions(kept, naming, (path) => this.#settled(path));
  }

  /**
   * Opens a folder, creating it if only its last name is missing. Staged files go into a subfolder
   * that is created on first use, so a read-only folder can be served too.
   *
   * @throws `not_found`, `not_allowed`, `conflict` if it is a file or locked by another process.
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
    // The lock comes first, because leftovers may still be in use by the process that holds it.
    const lock = options.exclusive ? await lockJail(jail) : null;
    try {
      const store = new FsStore(jail, options, lock);
      if (store.locked) removeUseless(store.#naming.staging);
      // Without its lock, the folder is not writable, or its leftovers are another server's.
      const alone = !options.exclusive && !options.readOnly;
      if (store.locked || alone) await store.#batches.recover();
      return store;
    } catch (error) {
      lock?.[Symbol.dispose]();
      throw storeError(error, "recover", root);
    }
  }

  /** Whether this store has locked the folder. */
  get locked(): boolean {
    return this.#lock !== null;
  }

  /** Whether other users of the machine can replace what is in the folder. */
  get shared(): boolean {
    return this.locked && this.#naming.shared;
  }

  /** The folder: an absolute path without links. */
  get root(): string {
    return this.#jail.root;
  }

  /** Whether the folder is still there. Otherwise calls throw `not_found` (retryable). */
  get present(): boolean {
    return this.#jail.present;
  }

  /** See {@linkcode Store.stat}. */
  // deno-lint-ignore require-await
  async stat(path: StorePath): Promise<StoreEntry | null> {
    const facts = this.#jail.look(path);
    return facts === null ? null : entryOf(path, facts);
  }

  /** See {@linkcode Store.list}. */
  list(
    dir: StorePath,
    signal?: AbortSignal,
    leftOut: (error: FtError) => void = requireKnown,
    namesOnly = false,
  ): AsyncIterable<StoreEntry> {
    return new Batched(this.#list(dir, signal, leftOut, namesOnly));
  }

  async *#list(
    dir: StorePath,
    signal: AbortSignal | undefined,
    leftOut: (error: FtError) => void,
    namesOnly: boolean,
  ): AsyncGenerator<readonly StoreEntry[]> {
    if (this.#jail.look(dir)?.kind !== "dir") return;
    const { names, others } = await this.#names.of(dir, signal);
    for (let at = 0; at < names.length; at += LOOKS_AHEAD) {
      const piece = names.slice(at, at + LOOKS_AHEAD);
      await this.#turns.take(piece.length, signal);
      // The consumer may have paused since the folder was checked.
      if (at > 0 && this.#jail.look(dir)?.kind !== "dir") return;
      const kinds = namesOnly && canLookIn(this.#jail, dir, piece[0]!) ? others : undefined;
      // Two names that the runtime decodes to the same text are one that can be opened.
      const children = piece.map((name, i) =>
        name === names[at + i - 1]
          ? leftOutEntry(joinedText(dir, name), NOT_UTF8)
          : childOf(this.#jail, dir, name, kinds)
      );
      signal?.throwIfAborted();
      const entries: StoreEntry[] = [];
      for (const child of children) {
        if (child instanceof FtError) leftOut(child);
        else if (child !== null) entries.push(child);
      }
      yield entries;
    }
  }

  /** See {@linkcode Store.open}. */
  // deno-lint-ignore require-await
  async open(path: StorePath): Promise<StoredFile | null> {
    const file = this.#jail.open(path);
    return file === null ? null : new FsStoredFile(path, file);
  }

  /** See {@linkcode Store.readMany}. */
  readMany(paths: readonly StorePath[], maxBytes: number): (WholeFile | null)[] {
    return [...runsByFolder(paths, (path) => path)].flatMap((run) =>
      readFilesIn(this.#jail, run, maxBytes)
    );
  }

  /** See {@linkcode Store.stage}. */
  async stage(token: string, name: string = token): Promise<StagedFile> {
    if (!isStageToken(token)) throw new FtError("usage", "Cannot stage: the token is malformed");
    for (let old; (old = this.#staged.get(token)) !== undefined;) await old.supersede();
    try {
      const folder = this.#naming.reserveStaging();
      const publisher: Publisher = {
        bitsFor: (path, options) => this.#naming.bitsFor(path, options, options.replace),
        settled: (path) => this.#settled(path),
        makeRoom: this.#makeRoom,
        place: (staged, path, options, facts) => this.#naming.place(staged, path, options, facts),
      };
      const file = new FsStagedFile(`${folder}/${token}`, { token, name }, publisher, () => {
        if (this.#staged.get(token) === file) this.#staged.delete(token);
      });
      this.#staged.set(token, file);
      return file;
    } catch (error) {
      throw storeError(error, "write", name);
    }
  }

  /** See {@linkcode Store.writeMany}. */
  async writeMany(
    files: readonly SmallContent[],
    replace: boolean,
    by?: string,
  ): Promise<(StoreEntry | Error)[]> {
    for (const { path } of files) if (replace) await this.#settled(path);
    return await this.#batches.write(files, replace, by);
  }

  /** Makes sure that no journal restores an old version of a name that is about to change. */
  async #settled(path: StorePath): Promise<void> {
    if (this.#batches.concerns(path)) await this.#batches.settle();
  }

  /** See {@linkcode Store.staged}. */
  async *staged(): AsyncGenerator<{ readonly token: string; readonly mtimeMs: number }> {
    try {
      yield* stagedIn(this.#naming.staging);
    } catch (error) {
      throw storeError(error, "list", "the staged uploads");
    }
  }

  /** See {@linkcode Store.move}. */
  async move(
    from: StorePath,
    to: StorePath,
    replace = false,
    change?: Change,
  ): Promise<void> {
    if (from !== ROOT && isWithin(from, to)) {
      throw new FtError("conflict", `cannot move ${from} into itself: ${to}`, { name: to });
    }
    await this.#settled(from);
    if (replace) await this.#settled(to);
    await this.#naming.move(from, to, replace, change);
  }

  /** See {@linkcode Store.remove}. */
  async remove(path: StorePath, change?: Change): Promise<void> {
    await this.#settled(path);
    await this.#naming.remove(path, change);
  }

  /** See {@linkcode Store.mkdir}. */
  // deno-lint-ignore require-await
  async mkdir(path: StorePath, mode?: number): Promise<void> {
    this.#naming.makeFolder(path, mode);
  }

  /** See {@linkcode Store.setFacts}. */
  async setFacts(path: StorePath, revision: string, facts: FileFacts): Promise<StoreEntry> {
    // A journal restores a file only while that has its time.
    await this.#settled(path);
    return setFactsOf(this.#jail, () => this.#naming.mask, path, { revision, facts });
  }

  /** Closes the staged files, which can be resumed. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of [...this.#staged.values()]) await file[Symbol.asyncDispose]();
    await this.#batches[Symbol.asyncDispose]();
    await this.#naming.versions?.[Symbol.asyncDispose]();
    this.#lock?.[Symbol.dispose]();
  }
}
