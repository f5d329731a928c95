/**
 * The entries of a listing, in another order than the server's.
 *
 * @module
 */

import type { Batched } from "../../base/batched.ts";
import { FtError } from "../../base/errors.ts";
import { MAX_LISTED_CHARS, MAX_LISTED_NAMES } from "../../base/limits.ts";
import type { FileInfo } from "../../service/files.ts";

/** A file or folder in a listing. */
export interface ListedEntry {
  /** Relative to the folder that was listed. */
  readonly name: string;
  readonly info: FileInfo;
}

/** The orders of a listing. */
export type SortOrder = "name" | "size" | "time";

/** They compare as `ls -S` and `ls -t` do; equal entries stay in name order. */
const COMPARE: Record<Exclude<SortOrder, "name">, (a: FileInfo, b: FileInfo) => number> = {
  size: (a, b) => b.bytes - a.bytes,
  time: (a, b) => b.mtimeMs - a.mtimeMs,
};

/**
 * Sorts a listing. By name it is passed on as it arrives, as servers list in name order.
 *
 * @param dir The listed folder, for the error.
 * @throws `limit` for more names than a client keeps.
 */
export async function* inOrder(
  order: SortOrder,
  entries: Batched<ListedEntry>,
  dir: string,
): AsyncIterable<readonly ListedEntry[]> {
  if (order === "name") yield* entries.batches;
  else yield sortEntries(await collectEntries(entries, dir), order);
}

/** Sorts entries; by name, they stay as they are. */
export function sortEntries<E extends ListedEntry>(
  entries: readonly E[],
  order: SortOrder,
): readonly E[] {
  if (order === "name") return entries;
  const compare = COMPARE[order];
  return entries.toSorted((a, b) => compare(a.info, b.info));
}

/** Collects a listing. @throws `limit` for more names than a client keeps. */
export async function collectEntries(
  entries: AsyncIterable<ListedEntry>,
  dir: string,
): Promise<ListedEntry[]> {
  const collected: ListedEntry[] = [];
  let chars = 0;
  for await (const entry of entries) {
    chars += entry.info.path.length;
    if (collected.length === MAX_LISTED_NAMES || chars > MAX_LISTED_CHARS) {
      const message = `too many names in ${dir}: list its folders one by one`;
      throw new FtError("limit", message, { name: dir });
    }
    collected.push(entry);
  }
  return collected;
}
