/**
 * A folder nothing leads out of. Paths arrive as {@linkcode StorePath} (lexically safe); here every
 * name on the way is looked at, and links are never followed, wherever they lead.
 *
 * The runtime can open neither relative to a folder nor without following links, so a check and an
 * act are two steps, and someone with write access to the folder itself could swap a folder for a
 * link in between. For reading that is closed: what was opened is compared with what the name
 * holds, until no swap could have gone unseen, before a byte is read. For creating, moving and
 * removing it is not: a window of some microseconds stays between the last look and the act.
 *
 * @module
 */

import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { FtError, notFound } from "../base/errors.ts";
import { codeOf } from "../base/os_errors.ts";
import { type Facts, factsOf, look, sameFile, storeError } from "./fs_entry.ts";
import { parentOf, portabilityFault, RESERVED_NAME, ROOT, type StorePath } from "./store_path.ts";

/** A folder unchanged for this long was not swapped just now: change times are whole seconds. */
const CALM_MS = 2_500;
/** Looks in random order when it was changed: a swap goes unseen once in 2^32. */
const LOOKS = 32;
/** Times a file is opened again because another took its name meanwhile. */
const OPEN_ATTEMPTS = 16;

const NONBLOCK = constants.O_NONBLOCK ?? 0;
const ALIASES = Deno.build.os === "windows";

/** A checked open file. */
export interface JailedFile {
  /** Its number; whoever got it closes it. */
  readonly fd: number;
  /** Where it was on the disk when it was opened. */
  readonly at: string;
  /** What it was when it was opened. */
  readonly facts: Facts;
}

/** Rooted file operations. */
export class FsJail {
  /** The folder, absolute and free of links. */
  readonly root: string;
  #reserved: Facts | null;

  private constructor(root: string) {
    this.root = root;
    this.#reserved = look(`${root}/${RESERVED_NAME}`);
  }

  /**
   * Takes a folder, making it when it is missing.
   *
   * @throws `not_found`, `not_allowed`, `conflict` when it is a file.
   */
  static async open(root: string): Promise<FsJail> {
    try {
      await Deno.mkdir(root, { recursive: true });
      return new FsJail(await Deno.realPath(root));
    } catch (error) {
      throw storeError(error, "serve", root);
    }
  }

  /** Where a path is on the disk; nothing is looked at. */
  locate(path: StorePath): string {
    if (ALIASES && portabilityFault(path) !== null) throw refusal(path, portabilityFault(path)!);
    return path === ROOT ? this.root : `${this.root}/${path}`;
  }

  /** Where a folder of our own would be, made or not. */
  reserved(name: string): string {
    return `${this.root}/${RESERVED_NAME}/${name}`;
  }

  /** The folder for our own files; no path leads there. Made on first use, for the owner alone. */
  reserve(name: string): string {
    const at = `${this.root}/${RESERVED_NAME}`;
    for (const folder of [at, `${at}/${name}`]) {
      if (look(folder) === null) makeFolder(folder, 0o700);
      if (look(folder)?.kind !== "dir") throw refusal(RESERVED_NAME, "it is not a folder");
    }
    this.#reserved = look(at);
    return `${at}/${name}`;
  }

  /**
   * Looks at a path, from the root down.
   *
   * @returns `null` when nothing is there.
   * @throws `not_allowed` when it is, or goes through, a link, and when it is neither file nor folder.
   */
  look(path: StorePath): Facts | null {
    try {
      if (path !== ROOT && !this.#walk(parentOf(path))) return null;
      const facts = look(this.locate(path));
      if (facts !== null) this.#admit(path, facts);
      return facts;
    } catch (error) {
      throw storeError(error, "look at", path);
    }
  }

  /**
   * Opens a file, and has proven that it is the one inside when it returns.
   *
   * @returns `null` when nothing is there.
   * @throws `usage` for a folder, `not_allowed` for links and special files (which are not opened),
   *   `conflict` (retryable) when it is replaced faster than it can be checked.
   */
  open(path: StorePath): JailedFile | null {
    for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
      const sinceMs = Date.now();
      // The way there is proven after opening; only what will not be opened is looked at from the
      // top, so that nothing is told of what a link leads to.
      let facts = look(this.locate(path));
      if (facts?.kind !== "file") facts = this.look(path);
      if (facts === null) return null;
      if (facts.kind === "dir") {
        throw new FtError("usage", `it is a folder: ${path}`, { name: path });
      }
      const file = this.#openOnce(path, facts, sinceMs);
      if (file !== null) return file;
    }
    throw new FtError("conflict", `it changes all the time: ${path}`, {
      name: path,
      retryable: true,
    });
  }

  #openOnce(path: StorePath, seen: Facts, sinceMs: number): JailedFile | null {
    const at = this.locate(path);
    let fd: number;
    try {
      // Without blocking: a pipe that took the name since would hold us for ever.
      fd = openSync(at, constants.O_RDONLY | NONBLOCK);
    } catch (error) {
      if (codeOf(error) === "not_found") return null;
      throw storeError(error, "open", path);
    }
    try {
      // Asking the open file costs as much as all the rest.
      if (this.#calm(path, sinceMs)) return { fd, at, facts: seen };
      const facts = factsOf(fstatSync(fd));
      if (facts.kind === "file" && this.holds(path, facts, sinceMs)) return { fd, at, facts };
    } catch (error) {
      closeSync(fd);
      throw storeError(error, "open", path);
    }
    closeSync(fd);
    return null;
  }

  /** Whether no folder on the way was changed since: every name in them is what it was. */
  #calm(path: StorePath, sinceMs: number): boolean {
    const changed = this.#climb(path);
    return changed !== null && Math.max(changed.last, changed.above) < sinceMs - CALM_MS;
  }

  /**
   * Whether a path holds this very file, and did so inside the root since `sinceMs`.
   *
   * A swap of a folder on the way leaves its mark in the change time of the folder above. Where
   * these are old nothing was swapped; else name and way are looked at in an order nobody can
   * foresee, and a swapper would have to guess it whole.
   *
   * @throws `not_allowed` when a link is on the way.
   */
  holds(path: StorePath, facts: Facts, sinceMs: number): boolean {
    if (!this.#isAt(path, facts)) return false;
    const changed = this.#climb(path);
    if (changed === null) return false;
    // What the last folder holds was looked at itself.
    if (changed.above < sinceMs - CALM_MS) return true;
    for (const coin of crypto.getRandomValues(new Uint8Array(LOOKS))) {
      const held = coin & 1 ? this.#climb(path) !== null : this.#isAt(path, facts);
      if (!held) return false;
    }
    return true;
  }

  /**
   * Checks the way to a name that is about to be made or removed.
   *
   * @returns Where it is on the disk.
   * @throws `not_found` when the folder it is in is not there, `not_allowed`.
   */
  way(path: StorePath): string {
    if (path === ROOT) throw refusal(path, "it is the root");
    if (!this.#walk(parentOf(path))) throw notFound(parentOf(path));
    return this.locate(path);
  }

  /**
   * Makes a folder and those above it.
   *
   * @returns Those that were missing, from the top.
   * @throws `conflict` when a file is in the way, `not_allowed`.
   */
  makeWay(dir: StorePath): StorePath[] {
    const made: StorePath[] = [];
    for (const path of steps(dir)) {
      const at = this.locate(path);
      if (look(at) === null && makeFolder(at)) made.push(path);
      const facts = look(at);
      if (facts !== null) this.#admit(path, facts);
      if (facts?.kind !== "dir") {
        throw new FtError("conflict", `it is not a folder: ${path}`, { name: path });
      }
    }
    return made;
  }

  /** Names in a folder; empty when it is none. Whoever uses them looks at each. */
  async names(dir: StorePath): Promise<string[]> {
    try {
      const names: string[] = [];
      for await (const child of Deno.readDir(this.locate(dir))) names.push(child.name);
      return this.#walk(dir) ? names : [];
    } catch (error) {
      if (codeOf(error) === "not_found") return [];
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

  // When the folder it is in, and those above it, were changed; `null` where one is none.
  // From the bottom up: each folder is then proven unchanged while the one below was looked at.
  #climb(path: StorePath): { readonly last: number; readonly above: number } | null {
    let [last, above] = [-Infinity, -Infinity];
    for (let dir = parentOf(path); path !== ROOT; dir = parentOf(dir)) {
      const facts = look(this.locate(dir));
      if (facts === null) return null;
      this.#admit(dir, facts);
      if (facts.kind !== "dir") return null;
      const changedMs = facts.ctimeMs ?? Infinity;
      if (dir === parentOf(path)) last = changedMs;
      else above = Math.max(above, changedMs);
      if (dir === ROOT) break;
    }
    return { last, above };
  }

  #admit(path: StorePath, facts: Facts): void {
    if (facts.kind === "link") throw refusal(path, "it is a link");
    if (facts.kind === "special") throw refusal(path, "it is neither a file nor a folder");
    // By identity as well: some file systems know a folder by other spellings too.
    if (this.#reserved !== null && facts.kind === "dir" && sameFile(facts, this.#reserved)) {
      throw refusal(path, "it is reserved");
    }
  }
}

function refusal(path: string, why: string): FtError {
  return new FtError("not_allowed", `path not allowed (${why}): ${path}`, { name: path });
}

/** The folders of a path from the top, the root left out. */
function steps(path: StorePath): StorePath[] {
  if (path === ROOT) return [];
  const names = path.split("/");
  return names.map((_, i) => names.slice(0, i + 1).join("/") as StorePath);
}

/** Whether it was made here; `false` when something is there. */
function makeFolder(at: string, mode = 0o777): boolean {
  try {
    Deno.mkdirSync(at, { mode });
    return true;
  } catch (error) {
    if (codeOf(error) === "conflict") return false;
    throw error;
  }
}
