/**
 * Which files of a transfer are meant: `--include` and `--exclude`.
 *
 * @module
 */

import { globMatcher } from "./glob.ts";

/**
 * Tells whether a name is meant.
 *
 * @param path Relative to what the user named; the file's own name when that was the file.
 */
export type NameFilter = (path: string) => boolean;

/** Takes everything. */
export const EVERY_NAME: NameFilter = () => true;

/** A glob without a `/` is about any single name on a path, one with a `/` about the path. */
function matcher(glob: string): (path: string) => boolean {
  const plain = glob.replace(/^\.?\/+|\/+$/g, "");
  const matches = globMatcher(plain);
  if (!glob.replace(/\/+$/, "").includes("/")) {
    return (path) => path.split("/").some(matches);
  }
  return (path) => foldersOf(path).some(matches);
}

/** A path and all folders above it. */
function foldersOf(path: string): string[] {
  const names = path.split("/");
  return names.map((_, i) => names.slice(0, i + 1).join("/"));
}

/**
 * Makes a filter. What matches an `exclude` is left out, a folder with all below it; with
 * `include`s only what matches one of them, or is below a folder that does, is taken.
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
