/**
 * The versions of a store on the disk.
 *
 * Content that is about to lose its name gets a second one first, in the folder of versions, which no
 * path of a peer reaches. The index learns of it a moment later; the names have all that is needed to
 * make it again.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import { BLOCK_BYTES, MAX_VERSIONS_UNWRITTEN, VERSIONS_WRITE_DELAY_MS } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import { constants, openSync } from "node:fs";
import { entryOf, type Facts, look, storeError, versionOf } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import { FsStoredFile } from "./fs_stored_file.ts";
import type { StoredFile, StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";
import type { Change } from "./version_change.ts";
import type { KeptVersion, VersionCause, VersionFolder } from "./store_versions.ts";
import type { SwapGuard } from "./swap_guard.ts";
import { RemovedVersions } from "./removed_versions.ts";
import { versionKey } from "./version_key.ts";
import { versionName } from "./version_name.ts";
import { VersionPlace } from "./version_place.ts";
import type { VersionOptions } from "./version_policy.ts";
import { recoverVersions } from "./version_recovery.ts";
import { VersionBounds } from "./version_bounds.ts";
import { VersionTable } from "./version_table.ts";

/** Content that is kept if its name goes to other content now. */
export interface Keeping {
  /** The folder on the disk that has the second name. @default there is none */
  readonly folder: string | undefined;
  /** The content has lost its name. */
  done(): void;
  /** It has kept its name. */
  undo(): void;
}

/** Keeps versions. Disposing it writes what the index does not have yet. */
export class KeptVersions implements AsyncDisposable {
  readonly #options: VersionOptions;
  readonly #table: VersionTable;
  readonly #place: VersionPlace;
  readonly #removed: RemovedVersions;
  readonly #bounds: VersionBounds;
  /** Versions that the index does not have yet. */
  #unwritten: KeptVersion[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: number;

  /** Opens the index, and makes it agree with the files. */
  constructor(jail: FsJail, guard: SwapGuard, options: VersionOptions) {
    const { onFault = () => {} } = options;
    this.#options = options;
    this.#place = new VersionPlace(jail, guard);
    this.#table = VersionTable.open(options.index, (error) => onFault(asFtError(error)));
    this.#removed = new RemovedVersions(this.#place, options);
    this.#last = Math.max(this.#table.last(), recoverVersions(jail, this.#place, this.#table));
    this.#bounds = new VersionBounds(
      this.#table,
      options,
      (gone, now) => now ? this.#removed.now(gone) : this.#removed.add(gone),
    );
    this.#bounds.apply([]);
  }

  /** Whether anything is kept. */
  get keeps(): boolean {
    return this.#options.policy.versions > 0;
  }

  /**
   * Keeps the file that has a name, if it loses it.
   *
   * @param facts Its facts; `null` if nothing has the name.
   * @returns `null` if there is nothing to keep: no file, the same content, or more than all versions
   *   may have together.
   */
  begin(
    path: StorePath,
    facts: Facts | null,
    cause: VersionCause,
    change: Change = {},
  ): Keeping | null {
    const version = facts?.kind === "file" ? this.#versionOf(path, facts, cause, change) : null;
    if (version === null) return null;
    const second = this.#withRoom(version, () => this.#place.link(version));
    if (second === null) return null;
    return {
      folder: second.at.slice(0, second.at.lastIndexOf("/")),
      done: () => this.#add(version),
      undo: () => second.undo(),
    };
  }

  /**
   * Takes a file out of the tree.
   *
   * @returns Whether it has gone; otherwise the caller removes it.
   */
  take(path: StorePath, facts: Facts, change: Change = {}): boolean {
    const version = this.#versionOf(path, facts, "removed", change);
    if (version === null) return false;
    let copied = false;
    const taken = this.#withRoom(version, () => {
      const gone = this.#place.take(version, facts);
      copied = !gone;
      return gone;
    });
    if (taken === true || copied) this.#add(version);
    return taken === true;
  }

  #versionOf(
    path: StorePath,
    facts: Facts,
    cause: VersionCause,
    { by = "", root: next, damaged = false }: Change,
  ): KeptVersion | null {
    const { policy, digests, onNotKept } = this.#options;
    const { bytes, mtimeMs } = facts;
    if (policy.versions === 0) return null;
    // An empty file that gets its content has lost nothing.
    if (bytes === 0 && cause !== "removed") return null;
    const root = damaged ? undefined : digests?.rootOf(path, versionOf(facts).revision);
    if (root !== undefined && root === (typeof next === "function" ? next() : next)) return null;
    if (bytes > policy.bytes) {
      onNotKept?.(path, bytes);
      return null;
    }
    const version = { rev: ++this.#last, path, cause, atMs: Date.now(), by, bytes, mtimeMs, root };
    // Of a name that is too long for the disk, only the index has the path.
    if (versionName(version).endsWith(".")) this.#table.add(version);
    return version;
  }

  /** On a full disk the oldest versions go first, and then this one. */
  #withRoom<T>(version: KeptVersion, act: () => T): T | null {
    try {
      return act();
    } catch (error) {
      if (!hasCode(asFtError(error), "disk_full")) throw error;
    }
    try {
      if (this.makeRoom(version.bytes)) return act();
    } catch (error) {
      if (!hasCode(asFtError(error), "disk_full")) throw error;
    }
    this.#options.onNotKept?.(version.path, version.bytes);
    return null;
  }

  #add(version: KeptVersion): void {
    this.#unwritten.push(version);
    if (version.root !== undefined && version.bytes > BLOCK_BYTES) {
      const facts = look(this.#place.at(version));
      const named = facts && entryOf(versionKey(version.rev), facts);
      if (named !== null) this.#options.digests?.rename(version.path, named);
    }
    if (this.#unwritten.length >= MAX_VERSIONS_UNWRITTEN) return this.#write();
    this.#timer ??= setTimeout(() => this.#write(), VERSIONS_WRITE_DELAY_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** A fault loses nothing: the next start finds the versions by their names. */
  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const added = this.#unwritten;
    this.#unwritten = [];
    if (added.length === 0) return;
    try {
      this.#table.together(() => added.forEach((version) => this.#table.add(version)));
      this.#bounds.added(added);
      this.#bounds.apply(added);
    } catch (error) {
      this.#options.onFault?.(asFtError(error));
    }
  }

  /** Removes the oldest versions, at once. @returns Whether there were any. */
  makeRoom(bytes: number): boolean {
    this.#write();
    return this.#bounds.makeRoom(bytes);
  }

  /** Removes versions that are too old. */
  expire(): void {
    this.#write();
    this.#bounds.expire();
  }

  /** See `StoreVersions.of`. */
  of(path: StorePath): KeptVersion[] {
    return this.#written().of(path);
  }

  /** See `StoreVersions.find`. */
  find(rev: number): KeptVersion | null {
    return this.#written().find(rev);
  }

  /** See `StoreVersions.newestIn`. */
  newestIn(folder: StorePath, limit: number, after = ""): KeptVersion[] {
    return this.#written().newestIn(folder, limit, after);
  }

  /** See `StoreVersions.foldersIn`. */
  foldersIn(folder: StorePath, limit: number, after = ""): VersionFolder[] {
    return this.#written().foldersIn(folder, limit, after);
  }

  /** See `StoreVersions.bytesBelow`. */
  bytesBelow(folder: StorePath): number {
    this.#write();
    return this.#bounds.bytesBelow(folder);
  }

  /** See `StoreVersions.growth`. */
  growth(path: StorePath, bytes: number, restored?: KeptVersion): number {
    return this.#bounds.growth(this.of(path), bytes, restored);
  }

  #written(): VersionTable {
    this.#write();
    return this.#table;
  }

  /** See `StoreVersions.open`. */
  // deno-lint-ignore require-await
  async open(version: KeptVersion): Promise<StoredFile | null> {
    const at = this.#place.at(version);
    try {
      const facts = look(at);
      if (facts?.kind !== "file") return null;
      const fd = openSync(at, constants.O_RDONLY);
      return new FsStoredFile(versionKey(version.rev), { fd, at, facts });
    } catch (error) {
      throw storeError(error, "read", version.path);
    }
  }

  /** Gives a version out of the store's hands: the caller gives its file another name. */
  release(version: KeptVersion): { readonly at: string; readonly takeBack: () => void } {
    const at = this.#place.at(version);
    if (!this.#written().remove(version.rev) || look(at) === null) throw gone(version);
    this.#bounds.removed([version]);
    return {
      at,
      takeBack: () => {
        this.#table.add(version);
        this.#bounds.added([version]);
      },
    };
  }

  /** A version has its name again. */
  restored({ rev }: KeptVersion, entry: StoreEntry): void {
    this.#options.digests?.rename(versionKey(rev), entry);
  }

  /** See `StoreVersions.forget`. */
  async forget(version: KeptVersion): Promise<void> {
    if (!this.#written().remove(version.rev)) throw gone(version);
    this.#bounds.removed([version]);
    this.#removed.add([version]);
    await this.#removed.settled();
  }

  /** Waits until the files of versions that have gone are removed. */
  settled(): Promise<void> {
    return this.#removed.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#write();
    await this.#removed.settled();
    this.#table[Symbol.dispose]();
  }
}

function gone({ path, rev }: KeptVersion): FtError {
  return new FtError("not_found", `no version ${rev} is kept: ${path}`, { name: path });
}
