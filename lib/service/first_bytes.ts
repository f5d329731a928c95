/**
 * The beginning of a file that may grow, such as a log, while it is read.
 *
 * @module
 */

import type { StoredFile, StoreEntry } from "../storage/store.ts";

/** The entry of a file as if it ended after a number of bytes, if it is longer. @default the whole */
export function firstPart(entry: StoreEntry, bytes?: number): StoreEntry {
  if (bytes === undefined) return entry;
  const size = Math.min(bytes, entry.bytes);
  return { ...entry, bytes: size, revision: `${entry.revision}-first-${size.toString(36)}` };
}

/**
 * A file as if it ended after a number of bytes. It counts as unchanged as long as it has these bytes:
 * whether they are still the same is not known.
 *
 * @param file Owned by the result.
 * @param bytes A longer file is cut there; a shorter one is not.
 */
export function firstBytes(file: StoredFile, bytes: number): StoredFile {
  const entry = firstPart(file.entry, bytes);
  const { bytes: size } = entry;
  return {
    entry,
    readAt: (offset, into) => file.readAt(offset, into),
    unchanged: async () => size === 0 || await file.readAt(size - 1, new Uint8Array(1)) === 1,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
