/**
 * The served folder, recognised again by its device and inode.
 *
 * A mount can be lost, and a folder can be replaced, while a server runs. Its path then names another
 * folder, often an empty mount point, where an upload would seem to succeed and be gone later.
 *
 * @module
 */

import { FtError, notFound } from "../base/errors.ts";
import { type Facts, look, sameFile, storeError } from "./fs_entry.ts";

/** A folder that must not be replaced. */
export class ServedRoot {
  /** An absolute path without links. */
  readonly path: string;
  readonly #facts: Facts;

  private constructor(path: string, facts: Facts) {
    this.path = path;
    this.#facts = facts;
  }

  /**
   * Opens a folder. One that is missing is created if its parent exists: a whole missing path is more
   * likely misspelt, or a disk that is not mounted.
   *
   * @throws `not_found`, `not_allowed`, `conflict` if it is a file.
   */
  static async open(path: string): Promise<ServedRoot> {
    try {
      const real = await existing(path) ?? await created(path);
      const facts = look(real);
      if (facts === null) throw notFound(path);
      if (facts.kind !== "dir") throw new FtError("conflict", `it is not a folder: ${path}`);
      return new ServedRoot(real, facts);
    } catch (error) {
      throw storeError(error, "serve", path);
    }
  }

  /** Whether the path still names this folder. */
  isThere(): boolean {
    try {
      this.require();
      return true;
    } catch {
      // A folder that cannot be looked at, as on a lost network mount, cannot be used either.
      return false;
    }
  }

  /** Whether these are the facts of this folder. */
  is(facts: Facts): boolean {
    return facts.kind === "dir" && sameFile(facts, this.#facts);
  }

  /**
   * @throws `not_found` (retryable) if the path does not name this folder any more; another error if
   *   it cannot be looked at, such as `internal` for a fault of the disk.
   */
  require(): void {
    let now: Facts | null;
    try {
      now = look(this.path);
    } catch (error) {
      throw storeError(error, "look at", "the served folder");
    }
    if (now === null || !this.is(now)) throw rootLost();
  }
}

/** The error for a folder that was unmounted or replaced; it may come back. */
export function rootLost(): FtError {
  const message = "the served folder is missing: it was unmounted, moved or replaced";
  return new FtError("not_found", message, { retryable: true });
}

async function existing(path: string): Promise<string | null> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function created(path: string): Promise<string> {
  try {
    await Deno.mkdir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new FtError("not_found", `cannot serve ${path}: the folder above it does not exist`, {
      ...{ name: path, cause: error },
    });
  }
  return await Deno.realPath(path);
}
