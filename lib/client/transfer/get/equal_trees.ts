/**
 * A download of a tree of which much is here already: folders that are equal on both sides are
 * found by their digests, and only the others are listed.
 *
 * @module
 */

import { absolutePath } from "../../../base/absolute_path.ts";
import { FtError, hasCode } from "../../../base/errors.ts";
import { MAX_FOLDERS_LISTED, MAX_LISTED_NAMES } from "../../../base/limits.ts";
import type { FolderDigest } from "../../../native/folder_digests.ts";
import type { FileInfo, Files, ListOptions, OnLeftOut } from "../../../service/files.ts";
import { localFault, parentOf, type StorePath } from "../../../storage/store_path.ts";
import { type LocalRoots, localVersion } from "../../remote/local_roots.ts";
import type { EqualFile, ListDigests } from "../../remote/transfers.ts";
import { isEqualFolder, type LocalEntry, localFolder } from "../equal_folders.ts";
import { pathBelow } from "../listed_path.ts";
import { differsInBits } from "../local_facts.ts";
import { localJoin, lookQuietly } from "../local_path.ts";

/** A folder on the server, and the local one it goes to. */
export interface ComparedTree {
  readonly at: StorePath;
  readonly target: string;
  /** The roots of local files. */
  readonly known: LocalRoots;
  readonly signal?: AbortSignal | undefined;
  readonly onLeftOut: OnLeftOut;
}

/** The contents of a folder on the server. */
export interface TreeBelow {
  /** The files of equal folders. */
  readonly equal: readonly EqualFile[];
  /** All folders, and the files of those that differ. */
  readonly listed: AsyncIterable<FileInfo>;
}

/**
 * Compares a tree with the local one.
 *
 * @param files Lists the folders that differ.
 * @throws The error that the server reports for the folder, `protocol` when it lists paths outside of it,
 *   `limit`.
 */
export async function compareTree(
  files: Pick<Files, "list">,
  digests: ListDigests,
  tree: ComparedTree,
): Promise<TreeBelow> {
  const { at, target, known, signal, onLeftOut } = tree;
  const absolute = absolutePath(target);
  const folders: FolderDigest[] = [];
  const differing = new Set<string>();
  const equal: EqualFile[] = [];
  let names = 0;
  for await (const batch of digests(at, { signal, onLeftOut })) {
    for (const folder of batch) {
      const rest = folder.path === at ? "." : pathBelow(at, folder.path);
      names += 1 + folder.files;
      if (names > MAX_LISTED_NAMES) throw tooMany(at);
      folders.push(folder);
      const [here, there] = [localJoin(absolute, rest), localJoin(target, rest)];
      const found = await equalFiles(folder, here, there, known);
      if (found === null) differing.add(folder.path);
      else for (const file of found) equal.push(file);
    }
  }
  const options = { signal, onLeftOut };
  return { equal, listed: listed(files, at, folders, differing, options) };
}

/** The error for a listing that is too long. */
export function tooMany(at: string): FtError {
  const message = `too many names in ${at}: download its folders one by one`;
  return new FtError("limit", message, { name: at });
}

async function equalFiles(
  folder: FolderDigest,
  absolute: string,
  target: string,
  known: LocalRoots,
): Promise<EqualFile[] | null> {
  if (folder.digest === undefined || localFault(folder.path as StorePath) !== null) return null;
  const names = fileNames(absolute);
  if (names.length !== folder.files) return null;
  const local: LocalEntry[] = [];
  for (const name of names) {
    const facts = lookQuietly(localJoin(absolute, name));
    if (facts?.kind !== "file") return null;
    local.push({ name, version: localVersion(localJoin(target, name), facts) });
  }
  const found = await localFolder(local, known);
  if (found === null || !isEqualFolder(found, folder, sameBits)) return null;
  return local.map(({ name, version: { path, bytes } }, i) => (
    { name: localJoin(folder.path, name), target: path, bytes, root: found.roots[i]! }
  ));
}

function sameBits(own: number, remote: number | null): boolean {
  return !differsInBits(own, { mode: remote ?? undefined });
}

/** One that cannot be read is met when its files are written. */
function fileNames(folder: string): string[] {
  const names: string[] = [];
  try {
    for (const { name, isFile } of Deno.readDirSync(folder)) if (isFile) names.push(name);
  } catch {
    return [];
  }
  return names.sort();
}

async function* listed(
  files: Pick<Files, "list">,
  at: StorePath,
  folders: readonly FolderDigest[],
  differing: ReadonlySet<string>,
  options: ListOptions & { readonly onLeftOut: OnLeftOut },
): AsyncGenerator<FileInfo> {
  if (differing.size > MAX_FOLDERS_LISTED) {
    const tree = files.list(at, { ...options, recursive: true, roots: true });
    for await (const info of tree) {
      if (info.type === "dir" || differing.has(parentOf(info.path as StorePath))) yield info;
    }
    return;
  }
  for (const { path, mode } of folders.toSorted(byDepthFirst)) {
    if (path !== at) {
      yield { path, type: "dir", bytes: 0, mtimeMs: 0, executable: false, mode, revision: "" };
    }
    if (differing.has(path)) yield* filesIn(files, path, options);
  }
}

/** A folder comes before those below it, without others between. */
function byDepthFirst(a: FolderDigest, b: FolderDigest): number {
  const [left, right] = [a, b].map(({ path }) => path === "." ? "" : path.replaceAll("/", "\0"));
  return left! < right! ? -1 : 1;
}

/** A folder that cannot be listed any more is left out, as in a listing of the whole tree. */
async function* filesIn(
  files: Pick<Files, "list">,
  folder: string,
  options: ListOptions & { readonly onLeftOut: OnLeftOut },
): AsyncGenerator<FileInfo> {
  try {
    for await (const info of files.list(folder, { ...options, roots: true })) {
      if (info.type === "file") yield info;
    }
  } catch (error) {
    if (!hasCode(error, "not_found") && !hasCode(error, "not_allowed")) throw error;
    options.onLeftOut(folder, error as FtError);
  }
}
