/**
 * Names to try instead of one that is taken: `a (1).txt`, `a (2).txt`, …
 *
 * @module
 */

import { MAX_RENAME_TRIES } from "./limits.ts";

/**
 * Names to try instead of one that is taken.
 *
 * @param name The last name of the path. @default as on a server, where only `/` separates names
 *
 * @example
 * ```ts
 * import { otherNames } from "./other_names.ts";
 *
 * const [first] = otherNames("photos/a.txt");
 * if (first !== "photos/a (1).txt") throw new Error(first);
 * ```
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
