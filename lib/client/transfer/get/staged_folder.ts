/**
 * A new local folder that is filled under a hidden name beside it, and gets its name in one step.
 *
 * @module
 */

import { renameFileToFree } from "../../../base/atomic_name.ts";
import { lstatOrNull, removeQuietly } from "../../../base/missing_files.ts";
import { lastName } from "../local_path.ts";
import { PERMISSION_BITS } from "../../../storage/permission_bits.ts";

/** A folder under construction. Its files have their last names in it. */
export class StagedFolder implements Disposable {
  /** The folder that it becomes. */
  readonly folder: string;
  /** The hidden path. */
  readonly part: string;
  readonly #lock: Deno.FsFile;
  readonly #empty: Deno.FileInfo;
  #named = false;
  #closed = false;

  private constructor(folder: string, part: string, lock: Deno.FsFile, empty: Deno.FileInfo) {
    this.folder = folder;
    this.part = part;
    this.#lock = lock;
    this.#empty = empty;
  }

  /**
   * Creates the hidden folder.
   *
   * @param folder An empty folder, which is not changed yet.
   * @param part A hidden path beside it.
   * @returns `null` if that is not possible here, or another program does it.
   */
  static create(folder: string, part: string): StagedFolder | null {
    const empty = lstatQuietly(folder);
    if (!empty?.isDirectory) return null;
    try {
      Deno.mkdirSync(part, { mode: (empty.mode ?? 0) & PERMISSION_BITS });
    } catch {
      return null;
    }
    const lock = lockedFolder(part);
    if (lock !== null) return new StagedFolder(folder, part, lock, empty);
    removeQuietly(part);
    return null;
  }

  /** The path of a file in the hidden folder. */
  pathOf(target: string): string {
    return `${this.part}/${lastName(target)}`;
  }

  /**
   * Gives the folder its name. If the empty folder is not empty any more, or another one, each file
   * is moved into it by itself.
   *
   * @param targets The last paths of its files.
   * @returns The targets that got their names.
   */
  publish(targets: readonly string[]): ReadonlySet<string> {
    const now = lstatQuietly(this.folder);
    try {
      if (now === null || now.ino !== this.#empty.ino || now.dev !== this.#empty.dev) {
        throw new Deno.errors.AlreadyExists(this.folder);
      }
      Deno.renameSync(this.part, this.folder);
      this.#named = true;
      return new Set(targets);
    } catch {
      return new Set(targets.filter((target) => moved(this.pathOf(target), target)));
    }
  }

  /** Removes what is left of the hidden folder. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#named) removeFiles(this.part);
    this.#lock.close();
  }
}

/**
 * Moves the files that a killed run left in a hidden folder to their last names, and removes it, unless
 * another program uses it.
 *
 * @param isWhole Whether a file has its whole content.
 */
export function emptyStagedFolder(
  folder: string,
  part: string,
  isWhole: (target: string, bytes: number) => boolean,
): void {
  if (lstatQuietly(part)?.isDirectory !== true) return;
  using lock = lockedFolder(part);
  if (lock === null) return;
  for (const name of namesIn(part)) {
    const [from, target] = [`${part}/${name}`, `${folder}/${name}`];
    const found = lstatQuietly(from);
    if (found?.isFile && isWhole(target, found.size)) moved(from, target);
  }
  removeFiles(part);
}

/** Moves a file to a name that must be free. @returns Whether it has that name. */
function moved(from: string, target: string): boolean {
  try {
    renameFileToFree(from, target);
    return true;
  } catch {
    // Another program has created it; its content is compared later.
    return false;
  }
}

/** Removes a folder with the files in it. What is no file was not made by a download. */
function removeFiles(part: string): void {
  for (const name of namesIn(part)) {
    if (lstatQuietly(`${part}/${name}`)?.isFile) removeQuietly(`${part}/${name}`);
  }
  removeQuietly(part);
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

function lstatQuietly(path: string): Deno.FileInfo | null {
  try {
    return lstatOrNull(path);
  } catch {
    return null;
  }
}

/** Opens and locks a folder; `null` where that is not possible, or another program has locked it. */
function lockedFolder(path: string): Deno.FsFile | null {
  try {
    using stack = new DisposableStack();
    const file = stack.use(Deno.openSync(path));
    if (!file.tryLockSync(true)) return null;
    const [open, named] = [file.statSync(), lstatOrNull(path)];
    // Another program may have removed it in between.
    if (open.ino !== named?.ino || open.dev !== named.dev) return null;
    stack.move();
    return file;
  } catch {
    return null;
  }
}
