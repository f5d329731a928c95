/**
 * Names that a file system which ignores case would take for a name that stays.
 *
 * @module
 */

import { foldName } from "../collisions.ts";

/**
 * Finds paths that differ from one that stays only in case or composition: in a folder that ignores
 * these, both are the same file.
 *
 * @param paths The paths to remove.
 * @param kept The paths that stay.
 * @returns The kept path of each such path.
 */
export function foldedNames(
  paths: readonly string[],
  kept: Iterable<string>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (paths.length === 0) return found;
  const byFold = Map.groupBy(paths, foldName);
  for (const path of kept) {
    for (const same of byFold.get(foldName(path)) ?? []) found.set(same, path);
  }
  return found;
}
