/**
 * Giving a file its name in one step, with or without replacing what is there.
 *
 * @module
 */

import { codeOf } from "../base/os_errors.ts";

/** What a file system without hard links answers. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV", "EINVAL"]);

function linksMissing(error: unknown): boolean {
  return NO_LINKS.has((error as { code?: string }).code ?? "") ||
    error instanceof Deno.errors.NotSupported;
}

/** Removes a file, if it is there and can be: the error that led here, or the success, counts. */
export function removeQuietly(at: string): void {
  try {
    Deno.removeSync(at);
  } catch {
    // As said.
  }
}

/**
 * Renames a file to a name that must be free; of two that try at once one wins.
 *
 * By a hard link, so the file is whole the moment it is seen. Where there are none the name is
 * claimed by an empty file first, which others may see for a moment.
 *
 * @throws What the operating system says, "already exists" among it.
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
 * Renames a folder to a name that must be free: the name is claimed by an empty folder, which a
 * rename replaces only as long as it stays empty.
 *
 * @throws What the operating system says, "already exists" among it.
 */
export function renameFolderToFree(from: string, to: string): void {
  claimAndRename(from, to, () => Deno.mkdirSync(to));
}

function claimAndRename(from: string, to: string, claim: () => void): void {
  claim();
  try {
    // There a folder cannot replace one, not even an empty one.
    if (Deno.build.os === "windows") removeQuietly(to);
    Deno.renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== "conflict") removeQuietly(to);
    throw error;
  }
}

/** Waits until the names in a folder are on the medium; where folders cannot be synced, for nothing. */
export async function syncFolder(at: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(at);
  await folder.sync();
}
