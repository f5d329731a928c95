/**
 * Changes in folders that another local user could swap for a link between a check and the change.
 *
 * The runtime cannot act relative to an open folder, so no order of checks closes that window. A
 * change is therefore made, checked until no swap can have gone unnoticed, and taken back from where
 * it happened if that was elsewhere. The long check is only for paths with a folder that another
 * user than the server's, or root, can replace, or that was seen as a link not long ago.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { removeIfThere } from "../base/missing_files.ts";
import { type Facts, look, sameFile } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import { baseName, parentOf, ROOT, steps, type StorePath } from "./store_path.ts";

/** Times that the folder is looked up to find where a change happened, a few of them at a time. */
const SEARCHES = 100;
const LOOKUPS = 16;
/** Milliseconds between them, in which the program that swaps it has a turn. */
const PAUSE_MS = 2;
/** Times that another folder is seen without the change: then it did not happen there. */
const ENOUGH = 8;
const WRITABLE_BY_OTHERS = 0o002;
const WRITABLE_BY_ANY = 0o022;
const STICKY = 0o1000;

/** Makes changes in a jail, and takes them back if they happened outside of it. */
export class SwapGuard {
  readonly #jail: FsJail;
  readonly #probe: () => string;
  #own: number | null | undefined;

  /** @param probe Returns a free path on the disk for a file of a moment. */
  constructor(jail: FsJail, probe: () => string) {
    this.#jail = jail;
    this.#probe = probe;
  }

  /** Whether a folder along a path may be swapped: another user could, or somebody seems to. */
  exposed(path: StorePath): boolean {
    return this.exposedIn(parentOf(path));
  }

  /** {@linkcode exposed}, for every path in a folder. */
  exposedIn(folder: StorePath): boolean {
    return this.#jail.links.above(folder) || this.shared(folder);
  }

  /** Whether another user than the server's, or root, can replace what is in a folder. */
  shared(folder: StorePath): boolean {
    const own = this.#own ??= ownerOfNewFiles(this.#probe());
    if (own === null) return false;
    return [ROOT, ...steps(folder)].some((dir) => {
      const facts = look(this.#jail.locate(dir));
      if (facts?.kind !== "dir" || (facts.owner !== own && facts.owner !== 0)) return true;
      // A group with the number of the user is that user's own, by the custom of most systems.
      const others = facts.group === own ? WRITABLE_BY_OTHERS : WRITABLE_BY_ANY;
      return (facts.mode & others) !== 0 && (facts.mode & STICKY) === 0;
    });
  }

  /**
   * Gives a file or folder a name.
   *
   * @param from Its path on the disk, to which it is taken back.
   * @param facts Its facts.
   * @param rename Gives it the name on the disk.
   * @throws `conflict` (retryable) if it cannot be proven that it has the name.
   */
  place(from: string, path: StorePath, facts: Facts, rename: (to: string) => void): void {
    const to = this.#jail.resolve(path);
    const sinceMs = Date.now();
    rename(to);
    if (this.exposed(path)) this.requirePlaced(from, path, facts, sinceMs);
  }

  /**
   * Checks that a file or folder has had a name since `sinceMs`, with the long check.
   *
   * @param from A free path on the disk, to which it is taken back.
   * @throws `conflict` (retryable) if that cannot be proven.
   */
  requirePlaced(from: string, path: StorePath, facts: Facts, sinceMs: number): void {
    if (this.#holds(path, facts, sinceMs)) return;
    const at = this.#outside(path, (found) => found !== null && sameFile(found, facts));
    if (at !== undefined) Deno.renameSync(at, from);
    throw swapped(path);
  }

  /**
   * Moves a file or folder out of the tree, to a path on the disk.
   *
   * @param facts Its facts.
   * @throws `conflict` (retryable) if it was not there; what had its name elsewhere is put back.
   */
  take(path: StorePath, facts: Facts, to: string): void {
    const at = this.#jail.resolve(path);
    if (!this.#holds(path, facts, Date.now())) throw swapped(path);
    Deno.renameSync(at, to);
    this.#requireTaken(path, facts, to);
  }

  /**
   * Checks that the file or folder at `to` on the disk is the one that a path named.
   *
   * @throws `conflict` (retryable) if it is another one, which is put back to where it came from.
   */
  #requireTaken(path: StorePath, facts: Facts, to: string): void {
    const taken = look(to);
    if (taken !== null && sameFile(taken, facts)) return;
    const at = taken && this.#outside(path, (found) => found === null);
    if (at) Deno.renameSync(to, at);
    throw swapped(path);
  }

  /**
   * Moves a file or folder within the tree, in two steps that are checked one by one.
   *
   * @param aside A free path on the disk, where it is in between.
   * @param rename Gives it the new name on the disk.
   */
  move(
    [from, to]: readonly [StorePath, StorePath],
    facts: Facts,
    aside: string,
    rename: (from: string, to: string) => void,
  ): void {
    this.take(from, facts, aside);
    try {
      this.place(aside, to, facts, (target) => rename(aside, target));
    } catch (error) {
      if (look(aside) !== null) this.place(aside, from, facts, (back) => rename(aside, back));
      throw error;
    }
  }

  #holds(path: StorePath, facts: Facts, sinceMs: number): boolean {
    try {
      return this.#jail.holds(path, facts, sinceMs);
    } catch {
      // A link was seen on the path.
      return false;
    }
  }

  /** The path of a name in the folder that a swapped one leads to; no link is on it. */
  #outside(path: StorePath, wanted: (found: Facts | null) => boolean): string | undefined {
    const inside = this.#jail.locate(parentOf(path));
    for (let [i, seen] = [1, 0]; i <= SEARCHES * LOOKUPS && seen < ENOUGH; i++) {
      const folder = realFolder(inside);
      if (folder !== undefined && folder !== inside) {
        const at = `${folder}/${baseName(path)}`;
        if (wanted(look(at))) return at;
        seen++;
      }
      if (i % LOOKUPS === 0) pause(PAUSE_MS);
    }
    return undefined;
  }
}

/** The owner of new files; asking for the user needs a permission of its own. */
function ownerOfNewFiles(at: string): number | null {
  try {
    using file = Deno.openSync(at, { write: true, createNew: true, mode: 0o600 });
    return file.statSync().uid;
  } finally {
    removeIfThere(at);
  }
}

function realFolder(at: string): string | undefined {
  try {
    return Deno.realPathSync(at);
  } catch {
    return undefined;
  }
}

/** Nothing else may happen in this process before the change is taken back. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function swapped(path: StorePath): FtError {
  const message = `a folder above it was replaced meanwhile: ${path}`;
  return new FtError("conflict", message, { name: path, retryable: true });
}
