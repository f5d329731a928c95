/**
 * Finds a name that is free: `a (1).txt`, `a (2).txt`, …
 *
 * @module
 */

import { basename } from "node:path";
import { FtError } from "../../base/errors.ts";
import { MAX_RENAME_TRIES } from "../../base/limits.ts";

/**
 * Names to try instead of one that is taken.
 *
 * @param name The last name of the path. @default as on a server, where only `/` separates names
 */
export function* otherNames(
  path: string,
  name: string = path.slice(path.lastIndexOf("/") + 1),
): Generator<string> {
  const cut = path.length - name.length;
  const dot = path.lastIndexOf(".");
  const stem = dot > cut ? dot : path.length;
  for (let n = 1; n <= MAX_RENAME_TRIES; n++) {
    yield `${path.slice(0, stem)} (${n})${path.slice(stem)}`;
  }
}

/**
 * The first of {@linkcode otherNames} for a local path that is not taken.
 *
 * @throws `conflict` when all are taken.
 */
export function freeName(path: string, taken: (path: string) => boolean): string {
  for (const name of otherNames(path, basename(path))) if (!taken(name)) return name;
  throw new FtError("conflict", `already exists: ${path}`, { name: path });
}
