/**
 * Folders on the disk: creating one, and the names in one.
 *
 * @module
 */

import { codeOf } from "../base/os_errors.ts";
import type { StorePath } from "./store_path.ts";

/** A folder of at most this size on the disk has few names, on every common file system. */
const SMALL_FOLDER_BYTES = 16 * 1024;

/**
 * Returns the names in a folder; none if it does not exist.
 *
 * @param bytes The size of the folder itself. The names in a small one are read at once, which is
 *   faster than on another thread.
 * @throws What the system reports.
 */
export async function namesIn(at: string, bytes: number): Promise<string[]> {
  const isSmall = bytes > 0 && bytes <= SMALL_FOLDER_BYTES;
  try {
    if (isSmall) return Array.from(Deno.readDirSync(at), ({ name }) => name);
    return await Array.fromAsync(Deno.readDir(at), ({ name }) => name);
  } catch (error) {
    if (codeOf(error) !== "not_found") throw error;
    return [];
  }
}

/**
 * Creates a folder.
 *
 * @param mode Permission bits, less the user's mask. @default {0o777}
 * @returns `false` if the name exists.
 * @throws What the system reports.
 */
export function makeFolder(at: string, mode = 0o777): boolean {
  try {
    Deno.mkdirSync(at, { mode });
    return true;
  } catch (error) {
    if (codeOf(error) === "conflict") return false;
    throw error;
  }
}

/** {@linkcode makeFolder}, for callers that also say which path it is for. */
export function makeFolderAt(_path: StorePath, at: string, mode: number): boolean {
  return makeFolder(at, mode);
}
