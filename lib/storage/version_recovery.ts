/**
 * Makes the index of versions agree with the files, after a crash or with an index that was lost.
 *
 * @module
 */

import { removeQuietly } from "../base/missing_files.ts";
import { VERSIONS_PER_FOLDER } from "../base/limits.ts";
import { type Facts, look, sameFile } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import { readVersionName, UNFINISHED_VERSION, versionName } from "./version_name.ts";
import type { VersionPlace } from "./version_place.ts";
import type { VersionTable } from "./version_table.ts";
import type { KeptVersion } from "./store_versions.ts";
import type { StorePath } from "./store_path.ts";

/**
 * Adds files that the index does not have, and removes entries without a file. Content that a crash
 * left with its name, too, is no version.
 *
 * @returns The highest number of a version; 0 if there is none.
 */
export function recoverVersions(jail: FsJail, place: VersionPlace, table: VersionTable): number {
  removeQuietly(`${place.folder}/${UNFINISHED_VERSION}`);
  const folders = look(place.folder)?.kind === "dir" ? [...Deno.readDirSync(place.folder)] : [];
  const parts = folders.map(({ name }) => Number(name)).filter(Number.isSafeInteger);
  let last = 0;
  for (const part of new Set([...parts, ...table.folders()])) {
    const from = part * VERSIONS_PER_FOLDER;
    const known = new Map(
      table.between(from, from + VERSIONS_PER_FOLDER).map((version) => [version.rev, version]),
    );
    table.together(() => {
      for (const { rev, at } of filesIn(`${place.folder}/${part}`)) {
        last = Math.max(last, rev);
        if (!isVersion(jail, table, known.get(rev), at)) removeQuietly(at);
        else known.delete(rev);
      }
      for (const rev of known.keys()) table.remove(rev);
    });
  }
  return last;
}

function* filesIn(folder: string): Generator<{ readonly rev: number; readonly at: string }> {
  if (look(folder)?.kind !== "dir") return;
  for (const { name } of Deno.readDirSync(folder)) {
    const named = readVersionName(name);
    if (named !== null) yield { rev: named.rev, at: `${folder}/${name}` };
  }
}

/** Whether a file is a version; one that is new to the index is added. */
function isVersion(
  jail: FsJail,
  table: VersionTable,
  known: KeptVersion | undefined,
  at: string,
): boolean {
  const name = at.slice(at.lastIndexOf("/") + 1);
  // Entries of the index are complete, but for those that it had to have before.
  if (known !== undefined && !versionName(known).endsWith(".")) return true;
  const named = readVersionName(name)!;
  const facts = look(at);
  const path = known?.path ?? named.path;
  // Without its path nobody could ask for it.
  if (facts?.kind !== "file" || path === undefined || hasItsName(jail, path, facts)) return false;
  if (known !== undefined) return true;
  const { bytes, mtimeMs } = facts;
  table.add({ ...named, path, bytes, mtimeMs });
  return true;
}

function hasItsName(jail: FsJail, path: StorePath, facts: Facts): boolean {
  const now = look(jail.locate(path));
  return now !== null && sameFile(now, facts);
}
