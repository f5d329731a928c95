/**
 * Folders on the disk: creating one, and the names in one.
 *
 * @module
 */

import { codeOf } from "../base/os_errors.ts";
import type { StorePath } from "./store_path.ts";

/** Returns the names in a folder; none if it does not exist. @throws What the system reports. */
export async function namesIn(at: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const child of Deno.readDir(at)) names.push(child.name);
  } catch (error) {
    if (codeOf(error) !== "not_found") throw error;
  }
  return names;
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
