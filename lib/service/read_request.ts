/**
 * Checks of read requests.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { StoreEntry } from "../storage/store.ts";
import type { BlockRange } from "./files.ts";

/** @throws `conflict` (retryable) if the file has another revision. */
export function requireRevision(entry: StoreEntry, revision: string | undefined): void {
  if (revision === undefined || revision === entry.revision) return;
  const name = entry.path;
  throw new FtError("conflict", `changed meanwhile: ${name}`, { name, retryable: true });
}

/** @throws `usage` for ranges that are not ascending, or blocks outside the file. */
export function requireRanges(path: string, ranges: readonly BlockRange[], blocks: number): void {
  let least = 0;
  for (const { start, end } of ranges) {
    if (start < least || start > end || end > blocks) {
      throw new FtError("usage", `no such blocks in ${path}: ${start} to ${end}`, { name: path });
    }
    least = end;
  }
}
