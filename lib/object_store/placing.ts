/**
 * Where a file may be put: its parents are folders, and its name is free or may be replaced.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { KNOWN_FOLDER_MS } from "../base/limits.ts";
import { newFolderBits } from "../storage/permission_bits.ts";
import { parentOf, ROOT, steps, type StorePath } from "../storage/store_path.ts";
import type { Bucket, FoundObject } from "./bucket.ts";
import { folderHeaders, revisionOf } from "./object_facts.ts";
import type { ObjectKeys } from "./object_key.ts";

/** Permission bits that new files and folders do not get: a store has no mask of its own. */
export const STORE_MASK = 0o022;

/** How a name may be taken. */
export interface Placement {
  readonly replace: boolean;
  /** The revision that must be replaced. @default any */
  readonly expected?: string | undefined;
}

/** Creates folders, and checks names. */
export class Placing {
  readonly #bucket: Bucket;
  readonly #keys: ObjectKeys;
  /** Folders that were there a moment ago, and when. */
  readonly #folders = new Map<StorePath, number>();

  constructor(bucket: Bucket, keys: ObjectKeys) {
    this.#bucket = bucket;
    this.#keys = keys;
  }

  /**
   * Checks a name for a file, and creates its parents.
   *
   * @returns The file that has the name.
   * @throws `conflict`, `not_allowed` for the root.
   */
  async prepare(
    path: StorePath,
    { replace, expected }: Placement,
  ): Promise<FoundObject | null> {
    requireNotRoot(path);
    const [found, below] = await Promise.all([
      this.#bucket.find(this.#keys.file(path), path),
      this.#bucket.first(this.#keys.folder(path), 1),
      this.makeFolder(parentOf(path)),
    ]);
    if (below.length > 0) throw conflict(`it is a folder: ${path}`, path);
    if (found !== null && !replace) throw exists(path);
    if (expected !== undefined && (found === null || revisionOf(found.facts) !== expected)) {
      throw new FtError("conflict", `changed meanwhile: ${path}`, { name: path, retryable: true });
    }
    return found;
  }

  /**
   * Creates a folder and its parents.
   *
   * @param mode Its permission bits if it is new.
   * @throws `conflict` if one of the names is a file.
   */
  async makeFolder(path: StorePath, mode?: number): Promise<void> {
    const unknown = steps(path).filter((folder) => !this.#isKnown(folder));
    const markers = await Promise.all(unknown.map((folder) => this.#marker(folder)));
    const missing = unknown.filter((_, i) => markers[i] === null);
    await Promise.all(missing.map((folder) => {
      const bits = newFolderBits(folder === path ? { mode } : {}) & ~STORE_MASK;
      const options = { headers: folderHeaders(bits), name: folder };
      // The marker keeps a folder when its last file is removed.
      return this.#bucket.put(this.#keys.folder(folder), "", options);
    }));
    for (const folder of unknown) this.#know(folder);
  }

  async #marker(folder: StorePath): Promise<FoundObject | null> {
    const [file, marker] = await Promise.all([
      this.#bucket.find(this.#keys.file(folder), folder),
      this.#bucket.find(this.#keys.folder(folder), folder),
    ]);
    if (file !== null) throw conflict(`it is not a folder: ${folder}`, folder);
    return marker;
  }

  #know(folder: StorePath): void {
    const now = performance.now();
    this.#folders.delete(folder);
    this.#folders.set(folder, now);
    for (const [other, atMs] of this.#folders) {
      if (now - atMs < KNOWN_FOLDER_MS) break;
      this.#folders.delete(other);
    }
  }

  #isKnown(folder: StorePath): boolean {
    const atMs = this.#folders.get(folder);
    return atMs !== undefined && performance.now() - atMs < KNOWN_FOLDER_MS;
  }

  /** Forgets all folders, as one was moved or removed. */
  forget(): void {
    this.#folders.clear();
  }
}

/** @throws `not_allowed` for the root. */
export function requireNotRoot(path: StorePath): void {
  if (path !== ROOT) return;
  throw new FtError("not_allowed", "the root cannot be changed", { name: path });
}

/** The error for a name that is taken. */
export function exists(path: StorePath, cause?: unknown): FtError {
  return new FtError("conflict", `already exists: ${path}`, { name: path, cause });
}

function conflict(message: string, name: string): FtError {
  return new FtError("conflict", message, { name });
}
