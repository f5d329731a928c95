/**
 * Finds a local name that is free.
 *
 * @module
 */

import { basename } from "../../base/path_rules.ts";
import { FtError } from "../../base/errors.ts";
import { otherNames } from "../../base/other_names.ts";

/**
 * The first of {@linkcode otherNames} for a local path that is not taken.
 *
 * @throws `conflict` when all are taken.
 */
export function freeName(path: string, taken: (path: string) => boolean): string {
  for (const name of otherNames(path, basename(path))) if (!taken(name)) return name;
  throw new FtError("conflict", `already exists: ${path}`, { name: path });
}
