/**
 * The folders of a download before its first file: which of them are filled under a hidden name, and
 * what a killed run left under such names.
 *
 * @module
 */

import { loadNodeCrypto } from "../../../base/node_builtins.ts";
import { dirname } from "../../../base/path_rules.ts";
import { lstatOrNull } from "../../../base/missing_files.ts";
import type { DownloadJob } from "../../remote/transfers.ts";
import { learnFolder, partPaths } from "./part_names.ts";
import { emptyStagedFolder } from "./staged_folder.ts";
import { TakenNames } from "./taken_names.ts";

/** Folders of which digests are computed ahead, in less time than `node:crypto` takes to load. */
const FEW_FOLDERS = 256;

/** The folders of a plan. */
export interface PlannedFolders {
  readonly all: ReadonlySet<string>;
  /** Those that did not exist before. */
  readonly made: ReadonlySet<string>;
}

/** Returns the new folders that no other folder of the plan is in. */
export function emptyFolders({ all, made }: PlannedFolders): Set<string> {
  const above = new Set([...all].map((folder) => dirname(folder)));
  return made.difference(above);
}

/**
 * Gives the files that a killed run left in hidden folders their names.
 *
 * @param jobs Files of another size are removed.
 * @param taken Targets whose names look like hidden ones.
 */
export async function adoptLeftFiles(
  { all, made }: PlannedFolders,
  jobs: readonly DownloadJob[],
  taken: ReadonlySet<string>,
): Promise<void> {
  const old = [...all].filter((folder) => !made.has(dirname(folder)));
  const byParent = new Map(old.map((folder) => [dirname(folder), folder]));
  if (byParent.size > FEW_FOLDERS) await loadNodeCrypto();
  else await Promise.all([...byParent.values()].map((folder) => learnFolder(folder)));
  const names = new TakenNames();
  let sizes: ReadonlyMap<string, number | undefined> | undefined;
  for (const folder of old) {
    const parent = dirname(folder);
    const { part } = partPaths(folder, taken);
    if (!(all.has(parent) ? names.has(part) : exists(part))) continue;
    sizes ??= new Map(jobs.map(({ target, bytes }) => [target, bytes]));
    emptyStagedFolder(folder, part, (target, bytes) => sizes!.get(target) === bytes);
  }
}

function exists(path: string): boolean {
  try {
    return lstatOrNull(path) !== null;
  } catch {
    return false;
  }
}
