/**
 * Chooses what a mirror removes from a listing of its target.
 *
 * @module
 */

/** Decides which paths a mirror keeps. */
export interface Wanted {
  /** Whether a path stays: the source has it, or a filter excludes it. */
  readonly isWanted: (path: string) => boolean;
  /** Paths that exist and are not in the listing. @default none */
  readonly hidden?: readonly string[];
}

/**
 * Returns the paths that are not wanted, the contents of a folder before the folder. A folder with
 * something in it that stays, stays as well.
 *
 * @param listed The paths of a tree; a folder comes before its contents.
 *
 * @example
 * ```ts
 * import { unwanted } from "./unwanted.ts";
 *
 * const listed = ["a", "a/old", "b", "b/new", "b/old"];
 * const found = unwanted(listed, { isWanted: (path) => path === "b/new" });
 * if (found.join(" ") !== "b/old a/old a") throw new Error(found.join(" "));
 * ```
 */
export function unwanted(
  listed: readonly string[],
  { isWanted, hidden = [] }: Wanted,
): string[] {
  const around = new Set<string>();
  const keep = (path: string) => {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at);
      if (around.has(folder)) return;
      around.add(folder);
    }
  };
  hidden.forEach(keep);
  const candidates: string[] = [];
  for (const path of listed) {
    if (isWanted(path)) keep(path);
    else candidates.push(path);
  }
  return candidates.filter((path) => !around.has(path)).reverse();
}
