/**
 * Absolute paths.
 *
 * @module
 */

import { isAbsolute } from "./path_rules.ts";

/**
 * Returns a path from the root of the file system, without changing the names in it: one after `..`
 * may be below a link. The runtime asks for the current folder each time it gets a relative path.
 *
 * @returns The path itself, if there is no current folder any more.
 */
export function absolutePath(path: string): string {
  if (isAbsolute(path)) return path;
  try {
    return `${Deno.cwd()}/${path}`;
  } catch {
    return path;
  }
}
