/**
 * Chooses the files of a transfer: `--include` and `--exclude`.
 *
 * @module
 */

import type { NameFilter } from "../remote/transfer_context.ts";
import { globMatcher } from "./glob.ts";

/** Includes every file. */
export const EVERY_NAME: NameFilter = () => true;

/** A glob without a `/` matches any single name of a path, one with a `/` the path itself. */
function matcher(glob: string): (path: string) => boolean {
  const matches = globMatcher(glob.replace(/^\.?\/+|\/+$/g, ""));
  if (!glob.replace(/\/+$/, "").includes("/")) {
    return (path) => path.split("/").some(matches);
  }
  return (path) => foldersOf(path).some(matches);
}

/** A path and all its parent folders. */
function foldersOf(path: string): string[] {
  const names = path.split("/");
  return names.map((_, i) => names.slice(0, i + 1).join("/"));
}

/**
 * Creates a filter. It excludes files that match an `exclude` and all files below such a folder;
 * with `include`s it takes only files that match one of them or are below a folder that does.
 *
 * @example
 * ```ts
 * import { nameFilter } from "./name_filter.ts";
 *
 * const takes = nameFilter(["*.ts"], ["vendor"]);
 * if (!takes("a/b.ts") || takes("vendor/b.ts")) throw new Error();
 * ```
 */
export function nameFilter(
  include: readonly string[],
  exclude: readonly string[],
): NameFilter {
  if (include.length === 0 && exclude.length === 0) return EVERY_NAME;
  const [wanted, unwanted] = [include.map(matcher), exclude.map(matcher)];
  const any = (all: readonly ((path: string) => boolean)[], path: string) =>
    all.some((matches) => matches(path));
  return (path) => {
    if (any(unwanted, path)) return false;
    return include.length === 0 || any(wanted, path);
  };
}
