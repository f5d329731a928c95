/**
 * Finds folders that have the same files on both sides, by one digest for each.
 *
 * @module
 */

import { type FolderDigest, FolderHasher } from "../../native/folder_digests.ts";
import type { LocalRoots, LocalVersion } from "../remote/local_roots.ts";

/** A local file that was looked at. */
export interface LocalEntry {
  /** Its last name. */
  readonly name: string;
  readonly version: LocalVersion;
}

/**
 * Compares a local folder with one on the server: names, content, times and permission bits.
 *
 * @param files The local files, in the order of their names.
 * @param sameBits Whether local bits are what those of the server ask for, or the other way round.
 * @returns The roots of the files, if the folders are equal as far as is known.
 */
export function equalRoots(
  { digest, files: count, modes = [] }: FolderDigest,
  files: readonly LocalEntry[],
  roots: LocalRoots,
  sameBits: (local: number, remote: number | null) => boolean,
): readonly string[] | null {
  if (digest === undefined || files.length !== count) return null;
  if (!haveBits(files, modes, sameBits)) return null;
  const known = roots.of(files.map(({ version }) => version));
  if (known.size !== count) return null;
  const [found, hasher]: [string[], FolderHasher] = [[], new FolderHasher()];
  for (const { name, version: { path, bytes, mtimeMs } } of files) {
    const root = known.get(path)!;
    found.push(root);
    hasher.add({ name, bytes, mtimeMs, root });
  }
  return hasher.finish() === digest ? found : null;
}

function haveBits(
  files: readonly LocalEntry[],
  modes: NonNullable<FolderDigest["modes"]>,
  sameBits: (local: number, remote: number | null) => boolean,
): boolean {
  let at = 0;
  for (const [count, remote] of modes) {
    const end = at + count;
    let last: number | undefined;
    for (; at < end; at++) {
      const mode = files[at]?.version.mode;
      if (mode === last) continue;
      if (mode === undefined || !sameBits(mode, remote)) return false;
      last = mode;
    }
  }
  return at === files.length;
}
