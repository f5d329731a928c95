/**
 * Lists a local folder for a mirror.
 *
 * @module
 */

import { absolutePath } from "../../../base/absolute_path.ts";
import { FtError } from "../../../base/errors.ts";
import { LOCAL_LOOKS_A_TURN, MAX_LISTED_NAMES } from "../../../base/limits.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { Turns } from "../../../base/turns.ts";
import { isPartName } from "../get/part_names.ts";
import { localJoin, localStatus } from "../local_path.ts";

/** Folders on the server, and the local one that becomes equal to all of them together. */
export interface LocalTree {
  readonly names: readonly string[];
  readonly target: string;
  /** The absolute path of the local folder without links, as it was at the start. */
  readonly real: string;
}

/** The names in a local folder and below. */
export interface LocalListing {
  /** Paths that the download does not have; a folder comes before its contents. */
  readonly paths: readonly string[];
  /**
   * Paths that stay: partial downloads, names that are not UTF-8, and of each folder one path that the
   * download has.
   */
  readonly staying: readonly string[];
  /** The number of all names. */
  readonly names: number;
  /** The part of a path below the folder. */
  readonly restOf: (path: string) => string;
}

/**
 * Describes a local folder that a download goes to.
 *
 * @returns `null` if it does not exist, so that there is nothing to remove.
 * @throws `conflict` if it is a link, which a mirror does not follow.
 */
export function localTree(names: readonly string[], target: string): LocalTree | null {
  const found = localStatus(target);
  if (found === null) return null;
  if (found.isSymlink) throw new FtError("conflict", `it is a link: ${target}`, { name: target });
  try {
    return { names, target, real: Deno.realPathSync(target) };
  } catch (error) {
    throw asFtError(error, `Cannot read ${target}`, target);
  }
}

/**
 * Lists a folder without following links.
 *
 * @param kept The paths of the download.
 * @throws If a folder in it cannot be read; `limit`.
 */
export async function listLocal(
  { target }: LocalTree,
  kept: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<LocalListing> {
  const [paths, staying]: [string[], string[]] = [[], []];
  const turns = new Turns(LOCAL_LOOKS_A_TURN);
  const open = [target];
  let names = 0;
  while (open.length > 0) {
    const folder = open.pop()!;
    await turns.take(1, signal);
    const [below, prefix]: [string[], string] = [[], localJoin(folder, "")];
    let first: string | undefined;
    for (const { name, isDirectory } of entriesOf(folder)) {
      const path = prefix + name;
      names++;
      if (kept.has(path)) first ??= path;
      else if (isPartName(name) || isUnknown(name, path)) staying.push(path);
      else paths.push(path);
      if (isDirectory && !isPartName(name)) below.push(path);
    }
    if (first !== undefined) staying.push(first);
    if (names > MAX_LISTED_NAMES) {
      throw new FtError("limit", `too many names in ${target}`, { name: target });
    }
    open.push(...below.reverse());
  }
  const start = target === "." ? 0 : target.endsWith("/") ? target.length : target.length + 1;
  return { paths, staying, names, restOf: (path) => path.slice(start) };
}

/** The runtime replaces what it cannot decode; the system does not know the resulting name. */
function isUnknown(name: string, path: string): boolean {
  return name.includes("\ufffd") && localStatus(path) === null;
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(absolutePath(folder))];
  } catch (error) {
    throw asFtError(error, `Cannot read ${folder}`, folder);
  }
}
