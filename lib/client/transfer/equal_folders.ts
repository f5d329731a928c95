/**
 * Finds folders that have the same files on both sides, by one digest for each.
 *
 * @module
 */

import { hashLines } from "../../base/line_hasher.ts";
import { loadNodeCrypto } from "../../base/node_builtins.ts";
import { type FolderDigest, FolderHasher } from "../../native/folder_digests.ts";
import type { LocalRoots, LocalVersion } from "../remote/local_roots.ts";
import { folderOf } from "./local_path.ts";

/** A local file that was looked at. */
export interface LocalEntry {
  /** Its last name. */
  readonly name: string;
  readonly version: LocalVersion;
}

/** A local folder, as its digest has it. */
export interface LocalFolder {
  /** In the order of their names. */
  readonly files: readonly LocalEntry[];
  readonly roots: readonly string[];
  readonly digest: string;
}

/** A folder with fewer files is not remembered as a whole. */
const WORTH_REMEMBERING = 16;

/**
 * Computes the digest of a local folder. What was computed for the same files before is used again.
 *
 * @param files Its files, in the order of their names.
 * @returns `null` if the root of one is not known.
 */
export async function localFolder(
  files: readonly LocalEntry[],
  roots: LocalRoots,
): Promise<LocalFolder | null> {
  if (files.length < WORTH_REMEMBERING) return await computed(files, roots);
  const [path, facts] = [folderOf(files[0]!.version.path), await factsOf(files)];
  const known = roots.folder(path, facts);
  if (known !== null) return { files, roots: known.roots, digest: known.digest };
  const found = await computed(files, roots);
  if (found !== null) {
    roots.rememberFolder({ path, facts, digest: found.digest, roots: found.roots });
  }
  return found;
}

/** Stands for all that the digest of a folder depends on: the same facts, the same digest and roots. */
function factsOf(files: readonly LocalEntry[]): Promise<string> {
  return hashLines(
    files.map(({ name, version: { path, revision } }) => `${name}\0${path}\0${revision}\n`),
  );
}

async function computed(
  files: readonly LocalEntry[],
  roots: LocalRoots,
): Promise<LocalFolder | null> {
  await loadNodeCrypto();
  const known = roots.of(files.map(({ version }) => version));
  if (known.size !== files.length) return null;
  const [found, hasher]: [string[], FolderHasher] = [[], new FolderHasher()];
  for (const { name, version: { path, bytes, mtimeMs } } of files) {
    const root = known.get(path)!;
    found.push(root);
    hasher.add({ name, bytes, mtimeMs, root });
  }
  return { files, roots: found, digest: hasher.finish() };
}

/** Whether permission bits of a local file, and those of one on the server, are what both ask for. */
export type SameBits = (local: number, remote: number | null) => boolean;

/** Whether a folder on the server has the same files: names, content, times and permission bits. */
export function isEqualFolder(
  { files, digest }: LocalFolder,
  remote: FolderDigest,
  sameBits: SameBits,
): boolean {
  return digest === remote.digest && haveBits(files, remote.modes ?? [], sameBits);
}

function haveBits(
  files: readonly LocalEntry[],
  modes: NonNullable<FolderDigest["modes"]>,
  sameBits: SameBits,
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
