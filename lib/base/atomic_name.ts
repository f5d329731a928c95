/**
 * Giving a file its name in one step, so that nobody sees a part of it under that name.
 *
 * @module
 */

import { removeQuietly } from "./missing_files.ts";
import { codeOf } from "./os_errors.ts";

/** Errors of file systems that do not support hard links. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV", "EINVAL"]);

function linksMissing(error: unknown): boolean {
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

/** Waits until the names in a folder are durable. Does nothing on Windows, which has no such call. */
export async function syncFolder(at: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(at);
  await folder.sync();
}
