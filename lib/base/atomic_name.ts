/**
 * Giving a file its name in one step, so that nobody sees a part of it under that name.
 *
 * @module
 */

import { removeQuietly } from "./missing_files.ts";
import { codeOf } from "./os_errors.ts";

/** Errors of file systems that do not support hard links. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV", "EINVAL"]);

/** Whether the file system has no hard links, or none between these names. */
export function linksMissing(error: unknown): boolean {
  return NO_LINKS.has((error as { code?: string }).code ?? "") ||
    error instanceof Deno.errors.NotSupported;
}

/**
 * Renames a file.
 *
 * @param replace Whether a file that has the name is replaced; otherwise that is an error.
 * @throws What the operating system reports, including "already exists".
 */
export function renameFile(from: string, to: string, replace: boolean): void {
  if (replace) Deno.renameSync(from, to);
  else renameFileToFree(from, to);
}

/**
 * Renames a file to a name that must be free; of two callers racing for it, one succeeds.
 *
 * Uses a hard link, so the file is complete as soon as it is visible. On a file system without
 * links an empty file claims the name first, and is visible for a moment.
 *
 * @throws What the operating system reports, including "already exists".
 */
export function renameFileToFree(from: string, to: string): void {
  try {
    Deno.linkSync(from, to);
  } catch (error) {
    if (!linksMissing(error)) throw error;
    claimAndRename(from, to, () => Deno.openSync(to, { write: true, createNew: true }).close());
    return;
  }
  try {
    Deno.removeSync(from);
  } catch (error) {
    removeQuietly(to);
    throw error;
  }
}

/**
 * Renames a folder to a name that must be free. An empty folder claims the name first; the rename
 * replaces it only if it is still empty.
 *
 * @throws What the operating system reports, including "already exists".
 */
export function renameFolderToFree(from: string, to: string): void {
  claimAndRename(from, to, () => Deno.mkdirSync(to));
}

function claimAndRename(from: string, to: string, claim: () => void): void {
  claim();
  try {
    // Windows cannot replace a folder by renaming, not even an empty one.
    if (Deno.build.os === "windows") removeQuietly(to);
    Deno.renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== "conflict") removeQuietly(to);
    throw error;
  }
}

/**
 * Folders whose names are about to change. They are opened before the change, so that the change does
 * not happen and then fail because too many files are open.
 */
export class FolderSync implements Disposable {
  readonly #opened: DisposableStack;
  readonly #folders: readonly Deno.FsFile[];

  /** Opens the folders. On Windows, which cannot sync a folder, this does nothing. */
  constructor(paths: Iterable<string>) {
    using stack = new DisposableStack();
    const synced = Deno.build.os === "windows" ? [] : [...new Set(paths)];
    this.#folders = synced.map((path) => stack.use(Deno.openSync(path)));
    this.#opened = stack.move();
  }

  /** Waits until the names in the folders are durable. */
  async sync(): Promise<void> {
    await Promise.all(this.#folders.map((folder) => folder.sync()));
  }

  [Symbol.dispose](): void {
    this.#opened.dispose();
  }
}
