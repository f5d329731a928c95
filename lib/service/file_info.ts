/**
 * The facts about an entry of a store, as clients get them.
 *
 * @module
 */

import type { CachedFacts } from "../storage/digest_cache.ts";
import type { StoreEntry } from "../storage/store.ts";
import type { FileInfo, HeldLock } from "./files.ts";

/** Returns the facts about an entry. */
export function infoOf(entry: StoreEntry): FileInfo {
  const { path, type, bytes, mtimeMs, executable, mode, revision } = entry;
  return { path, type, bytes, mtimeMs, executable, mode, revision };
}

/** Adds the lease that covers the file or folder, if any. */
export function withLock(info: FileInfo, lock: HeldLock | undefined): FileInfo {
  return lock === undefined ? info : { ...info, lock };
}

/** Adds the digests that are known, if any. */
export function withDigests(info: FileInfo, known: CachedFacts | null): FileInfo {
  const { root, sums: { sha256 } = {} } = known ?? {};
  return { ...info, ...(root && { root }), ...(sha256 && { sha256 }) };
}

/** Closes a file with the object that this becomes a part of. */
export function closing(file: AsyncDisposable): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() };
}
