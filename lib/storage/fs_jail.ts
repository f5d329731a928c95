/**
 * A jail: a folder that no path leads out of. Paths arrive as {@linkcode StorePath}, which is
 * lexically safe; here each name along a path is checked, and links are never followed.
 *
 * The runtime cannot open a file relative to a folder or without following links, so a local user
 * with write access to the served folder could swap a folder for a link between a check and an
 * operation. Before a byte is read, the open file is compared with its name until no swap can have
 * gone unnoticed. Other operations are checked afterwards (`swap_guard.ts`).
 *
 * @module
 */

import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { FtError, notFound } from "../base/errors.ts";
import { codeOf } from "../base/os_errors.ts";
import { type FolderList, makeFolderAt, readFolder } from "./folders.ts";
import { type Facts, factsOf, look, lookFor, sameFile, storeError } from "./fs_entry.ts";
import { SeenLinks } from "./seen_links.ts";
import { makeOwnFolder, type OwnFolder } from "./own_folder.ts";
import { rootLost, ServedRoot } from "./served_root.ts";
import { localFault, parentOf, RESERVED_NAME, ROOT, steps, type StorePath } from "./store_path.ts";

/** A change this old cannot be a swap that is happening now; change times are whole seconds. */
const CALM_MS = 2_500;
/** Checks in random order after a recent change: a swap goes unnoticed once in 2^32. */
const LOOKS = 32;
/** Attempts to open a file that is replaced meanwhile. */
const OPEN_ATTEMPTS = 16;
const NONBLOCK = constants.O_NONBLOCK ?? 0;

/** An open file that was checked. */
export interface JailedFile {
  /** The descriptor; the caller closes it. */
  readonly fd: number;
  /** Its path on the disk when it was opened. */
  readonly at: string;
  /** Its facts when it was opened. */
  readonly facts: Facts;
}

/** File operations inside a folder. */
export class FsJail {
  /** Links that were seen where a path has a folder. */
  readonly links: SeenLinks = new SeenLinks();
  readonly #root: ServedRoot;
  #reserved: Facts | null;

  private constructor(root: ServedRoot) {
    this.#root = root;
    this.#reserved = look(`${root.path}/${RESERVED_NAME}`);
  }

  /** Opens a folder. @throws What {@linkcode ServedRoot.open} throws. */
  static async open(root: string): Promise<FsJail> {
    const served = await ServedRoot.open(root);
    try {
      return new FsJail(served);
    } catch (error) {
      throw storeError(error, "serve", root);
    }
  }

  /** The folder: an absolute path without links. */
  get root(): string {
    return this.#root.path;
  }

  /** Whether the folder is still there. Otherwise every operation throws `not_found`. */
  get present(): boolean {
    return this.#root.isThere();
  }

  /** Returns the path on the disk without looking at it. */
  locate(path: StorePath): string {
    const fault = localFault(path);
    if (fault !== null) throw refusal(path, fault);
    return path === ROOT ? this.root : `${this.root}/${path}`;
  }

  /** Returns the path of one of the server's own folders, which may not exist. */
  reserved(name: OwnFolder): string {
    return `${this.root}/${RESERVED_NAME}/${name}`;
  }

  /**
   * Creates one of the server's own folders on first use, for its owner only; no peer can reach it.
   *
   * @throws `conflict` if its name belongs to something of a user, `not_allowed` if the root is not
   *   writable, `disk_full`.
   */
  reserve(name: OwnFolder): string {
    const at = `${this.root}/${RESERVED_NAME}`;
    try {
      this.#root.require();
      const path = makeOwnFolder(at, name);
      this.#reserved = look(at);
      return path;
    } catch (error) {
      throw storeError(error, "write to", "the served folder");
    }
  }

  /**
   * Looks at a path, checking each name from the root down.
   *
   * @returns `null` if it does not exist.
   * @throws `not_allowed` if it is or passes through a link, or is neither a file nor a folder.
   */
  look(path: StorePath): Facts | null {
    try {
      const found = path === ROOT || this.#walk(parentOf(path));
      const facts = found ? look(this.locate(path)) : null;
      // Nothing may seem missing, and no folder empty, only because the root is lost.
      if (facts?.kind !== "file") this.#root.require();
      if (facts !== null) this.#admit(path, facts);
      return facts;
    } catch (error) {
      throw storeError(error, "look at", path);
    }
  }

  /**
   * Opens a file and proves that it is inside the jail.
   *
   * @returns `null` if it does not exist.
   * @throws `usage` for a folder, `not_allowed` for links and special files (which are not opened),
   *   `conflict` (retryable) if it is replaced faster than it can be checked.
   */
  open(path: StorePath): JailedFile | null {
    for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
      const sinceMs = Date.now();
      // The folders are checked after opening. Only a name that will not be opened is looked up from
      // the top, so that an error reveals nothing about the target of a link.
      let facts = lookFor(path, this.locate(path));
      if (facts?.kind !== "file") facts = this.look(path);
      if (facts === null) return null;
      if (facts.kind === "dir") {
        throw new FtError("usage", `it is a folder: ${path}`, { name: path });
      }
      const file = this.#openOnce(path, facts, sinceMs);
      if (file !== null) return file;
    }
    throw new FtError("conflict", `file keeps changing: ${path}`, {
      name: path,
      retryable: true,
    });
  }

  #openOnce(path: StorePath, seen: Facts, sinceMs: number): JailedFile | null {
    const at = this.locate(path);
    let fd: number;
    try {
      // Opening a pipe that has just taken the name would otherwise block forever.
      fd = openSync(at, constants.O_RDONLY | NONBLOCK);
    } catch (error) {
      if (codeOf(error) === "not_found") return null;
      throw storeError(error, "open", path);
    }
    try {
      // An fstat costs as much as all other steps together.
      if (this.calm(path, sinceMs)) return { fd, at, facts: seen };
      const facts = factsOf(fstatSync(fd));
      if (facts.kind === "file" && this.holds(path, facts, sinceMs)) return { fd, at, facts };
    } catch (error) {
      closeSync(fd);
      throw storeError(error, "open", path);
    }
    closeSync(fd);
    return null;
  }

  /** Whether no folder along the path was changed recently, so that no name can have been swapped. */
  calm(path: StorePath, sinceMs: number): boolean {
    const changed = this.#climb(path);
    return changed !== null && Math.max(changed.last, changed.above) < sinceMs - CALM_MS;
  }

  /**
   * Whether a path names this file, and has done so inside the root since `sinceMs`.
   *
   * Swapping a folder along the path updates the change time of its parent. If all these times are
   * old, nothing was swapped. Otherwise the name and the folders are checked in a random order, which
   * an attacker would have to guess completely.
   *
   * @throws `not_allowed` if a link is on the path.
   */
  holds(path: StorePath, facts: Facts, sinceMs: number): boolean {
    if (!this.#isAt(path, facts)) return false;
    const changed = this.#climb(path);
    if (changed === null) return false;
    // The entry in the last folder was checked itself.
    if (changed.above < sinceMs - CALM_MS) return true;
    for (const coin of crypto.getRandomValues(new Uint8Array(LOOKS))) {
      const held = coin & 1 ? this.#climb(path) !== null : this.#isAt(path, facts);
      if (!held) return false;
    }
    return true;
  }

  /**
   * Checks the folders above a name that is about to be created or removed.
   *
   * @returns The path on the disk.
   * @throws `not_found` if the parent folder does not exist, `not_allowed`.
   */
  resolve(path: StorePath): string {
    if (path === ROOT) throw refusal(path, "it is the root");
    this.#root.require();
    if (!this.#walk(parentOf(path))) throw notFound(parentOf(path));
    return this.locate(path);
  }

  /**
   * Creates a folder and its parent folders.
   *
   * @param mode Permission bits of the last one, less the user's mask.
   * @param make Creates one of them, unless the name exists.
   * @returns Those that were missing, from the top.
   * @throws `conflict` if one of the names is a file, `not_allowed`.
   */
  createFolders(dir: StorePath, mode = 0o777, make = makeFolderAt): StorePath[] {
    this.#root.require();
    const made: StorePath[] = [];
    for (const path of steps(dir)) {
      const at = this.locate(path);
      const bits = path === dir ? mode : 0o777;
      if (look(at) === null && make(path, at, bits)) made.push(path);
      const facts = look(at);
      if (facts !== null) this.#admit(path, facts);
      if (facts?.kind !== "dir") {
        throw new FtError("conflict", `it is not a folder: ${path}`, { name: path });
      }
    }
    return made;
  }

  /** Returns what is in a folder; nothing if it is not a folder. */
  async children(dir: StorePath): Promise<FolderList> {
    try {
      const at = this.locate(dir);
      const list = await readFolder(at, look(at)?.bytes ?? 0);
      this.#root.require();
      return this.#walk(dir) ? list : { names: [], others: new Map() };
    } catch (error) {
      throw storeError(error, "list", dir);
    }
  }

  #walk(dir: StorePath): boolean {
    for (const path of steps(dir)) {
      const facts = look(this.locate(path));
      if (facts === null) return false;
      this.#admit(path, facts);
      if (facts.kind !== "dir") return false;
    }
    return true;
  }

  #isAt(path: StorePath, facts: Facts): boolean {
    const now = look(this.locate(path));
    return now !== null && now.kind === facts.kind && sameFile(now, facts);
  }

  // Returns when the parent folder and those above it were last changed, or `null` if one of them is
  // not a folder. It goes from the bottom up: that proves each folder unchanged while the one below
  // was checked.
  #climb(path: StorePath): { readonly last: number; readonly above: number } | null {
    let [last, above] = [-Infinity, -Infinity];
    for (let dir = parentOf(path); path !== ROOT; dir = parentOf(dir)) {
      const facts = look(this.locate(dir));
      if (facts === null) return null;
      this.#admit(dir, facts);
      if (facts.kind !== "dir") return null;
      if (dir === ROOT && !this.#root.is(facts)) throw rootLost();
      const changedMs = facts.ctimeMs ?? Infinity;
      if (dir === parentOf(path)) last = changedMs;
      else above = Math.max(above, changedMs);
      if (dir === ROOT) break;
    }
    return { last, above };
  }

  /** Whether these are the facts of the folder of the server's own files. */
  isReserved(facts: Facts | null): boolean {
    return this.#reserved !== null && facts?.kind === "dir" && sameFile(facts, this.#reserved);
  }

  #admit(path: StorePath, facts: Facts): void {
    if (facts.kind === "link") this.links.add(path);
    if (facts.kind === "link") throw refusal(path, "it is a link");
    if (facts.kind === "special") throw refusal(path, "it is neither a file nor a folder");
    // Compared by identity too, because some file systems accept other spellings of the name.
    if (this.isReserved(facts)) throw refusal(path, "it is reserved");
  }
}

function refusal(path: string, why: string): FtError {
  return new FtError("not_allowed", `path not allowed (${why}): ${path}`, { name: path });
}
