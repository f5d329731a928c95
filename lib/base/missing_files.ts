/**
 * File operations for which a missing file is not an error.
 *
 * @module
 */

import { codeOf } from "./os_errors.ts";

/**
 * Looks at a name without following a link.
 *
 * @returns `null` when nothing has the name, or a name above it is not a folder.
 * @throws What the operating system reports.
 */
export function lstatOrNull(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (codeOf(error) === "not_found") return null;
    throw error;
  }
}

/** Removes a file if it exists. @throws What the operating system reports. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (codeOf(error) !== "not_found") throw error;
  }
}

/**
 * Removes a file if that is possible, for a clean-up whose failure must not hide another result.
 *
 * @returns Whether nothing has the name any more.
 */
export function removeQuietly(path: string): boolean {
  try {
    removeIfThere(path);
    return true;
  } catch {
    return false;
  }
}
