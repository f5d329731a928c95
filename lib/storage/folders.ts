/**
 * Folders on the disk: creating one, and the names in one.
 *
 * @module
 */

import { codeOf } from "../base/os_errors.ts";
import { look } from "./fs_entry.ts";
import type { StorePath } from "./store_path.ts";

/** A folder of at most this size on the disk has few names, on every common file system. */
const SMALL_FOLDER_BYTES = 16 * 1024;

/** The contents of a folder. */
export interface FolderList {
  /** The unchecked names. */
  readonly names: string[];
  /** The kinds of those that are no regular files. */
  readonly others: Map<string, Deno.DirEntry>;
}

/**
 * Lists a folder; nothing if it does not exist.
 *
 * @param bytes The size of the folder itself. A small one is read at once, which is faster than on
 *   another thread.
 * @throws What the system reports.
 */
export async function readFolder(at: string, bytes: number): Promise<FolderList> {
  const list: FolderList = { names: [], others: new Map() };
  const add = (child: Deno.DirEntry) => {
    list.names.push(child.name);
    if (!child.isFile) list.others.set(child.name, child);
  };
  const isSmall = bytes > 0 && bytes <= SMALL_FOLDER_BYTES;
  try {
    if (isSmall) { for (const child of Deno.readDirSync(at)) add(child); }
    else for await (const child of Deno.readDir(at)) add(child);
  } catch (error) {
    if (codeOf(error) !== "not_found") throw error;
  }
  return list;
}

/**
 * Creates a folder.
 *
 * @param mode Permission bits, less the user's mask. @default {0o777}
 * @returns `false` if the name exists.
 * @throws What the system reports.
 */
export function makeFolder(at: string, mode = 0o777): boolean {
  try {
    Deno.mkdirSync(at, { mode });
    return true;
  } catch (error) {
    if (codeOf(error) === "conflict") return false;
    throw error;
  }
}

/** {@linkcode makeFolder}, for callers that also say which path it is for. */
export function makeFolderAt(_path: StorePath, at: string, mode: number): boolean {
  return makeFolder(at, mode);
}

/** Renames a folder to a free name in one step, so that there is only one to take back. */
export function renameFolderOnce(from: string, to: string): void {
  if (look(to) !== null) throw new Deno.errors.AlreadyExists(to);
  Deno.renameSync(from, to);
}
