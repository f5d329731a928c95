/**
 * Lists of files as runs in the same folder.
 *
 * @module
 */

import { BATCH_WIDTH } from "../base/limits.ts";
import { parentOf, type StorePath } from "./store_path.ts";

/**
 * Splits a list into runs of neighbours in the same folder, none of them longer than a turn of the
 * event loop may be.
 */
export function* runsByFolder<T>(
  items: readonly T[],
  pathOf: (item: T) => StorePath,
): Generator<T[]> {
  let run: T[] = [];
  let folder: StorePath | undefined;
  for (const item of items) {
    const parent = parentOf(pathOf(item));
    if (run.length > 0 && (parent !== folder || run.length === BATCH_WIDTH)) {
      yield run;
      run = [];
    }
    folder = parent;
    run.push(item);
  }
  if (run.length > 0) yield run;
}
