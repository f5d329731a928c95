/**
 * Local paths of transfers, and the folders they need.
 *
 * @module
 */

import { basename, dirname } from "../../base/path_rules.ts";
import type { FtError } from "../../base/errors.ts";
import { lstatOrNull } from "../../base/missing_files.ts";
import { asFtError } from "../../base/os_errors.ts";
import { makeFolder } from "../../storage/folders.ts";
import { type Facts, look } from "../../storage/fs_entry.ts";
import { newFolderBits } from "../../storage/permission_bits.ts";
import { BlockedFolders } from "./blocked_folders.ts";

/** The name of a file that exists for a moment, to learn something of its folder. */
export const PROBE = ".ft-probe";

/** Joins a folder and a path below it; `/` serves on every system. */
export function localJoin(dir: string, rest: string): string {
  if (rest === "." || dir === ".") return rest === "." ? dir : rest;
  return dir.endsWith("/") ? dir + rest : `${dir}/${rest}`;
}

/** The folder of a path; for many paths, this is much faster than the rules of every system. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at > 0 ? path.slice(0, at) : dirname(path);
}

/** The last name of a path, as {@linkcode folderOf}. */
export function lastName(path: string): string {
  const at = path.lastIndexOf("/");
  return at >= 0 && at < path.length - 1 ? path.slice(at + 1) : nameIn(path);
}

/** The last name in a path; empty for a root. */
function nameIn(path: string): string {
  return basename(path).replace(/^[/\\]+$/, "");
}

/** The last name of a local path by the rules of this system; for `.` and `..` the folder's own. */
export function localBaseName(path: string): string {
  const name = nameIn(path);
  if (name !== "" && name !== "." && name !== "..") return name;
  try {
    return nameIn(Deno.realPathSync(path)) || "root";
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

/**
 * Looks at a local path without following a link; `null` if nothing exists there.
 *
 * @throws The operating system's error, as one of ours.
 */
export function localStatus(path: string): Deno.FileInfo | null {
  try {
    return lstatOrNull(path);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

/** Does the same; `null` also if it cannot be looked at, which is reported when it is used. */
export function lookQuietly(path: string): Facts | null {
  try {
    return look(path);
  } catch {
    return null;
  }
}

/** Folders that are to exist. */
export interface CreatedFolders {
  /** Those that did not exist before, without their parents. */
  readonly made: ReadonlySet<string>;
  /** Those that cannot be created. */
  readonly blocked: BlockedFolders;
}

/**
 * Creates local folders and their parents. One that exists is not changed.
 *
 * @param folders With the permission bits of each, less the user's mask.
 * @param failed Receives the error of a folder that cannot be created; those below it are not tried.
 */
export function createFolders(
  folders: Iterable<readonly [string, number | undefined]>,
  failed: (folder: string, error: FtError) => void,
): CreatedFolders {
  const [made, blocked] = [new Set<string>(), new BlockedFolders()];
  for (const [folder, bits] of folders) {
    if (blocked.has(folder)) continue;
    const mode = newFolderBits({ mode: bits });
    try {
      if (isMade(folder, mode)) made.add(folder);
      else Deno.mkdirSync(folder, { recursive: true, mode });
    } catch (error) {
      blocked.add(folder);
      failed(folder, asFtError(error, `Cannot create ${folder}`, folder));
    }
  }
  return { made, blocked };
}

/** Creates a folder in one that exists. @returns Whether it is new. */
function isMade(folder: string, mode: number): boolean {
  try {
    return makeFolder(folder, mode);
  } catch {
    return false;
  }
}
