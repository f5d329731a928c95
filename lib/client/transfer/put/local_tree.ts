/**
 * Plans an upload: the files and folders of local names are found before the first byte moves.
 *
 * @module
 */

import { absolutePath } from "../../../base/absolute_path.ts";
import { FtError } from "../../../base/errors.ts";
import { LOCAL_LOOKS_A_TURN } from "../../../base/limits.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { delay } from "../../../base/signals.ts";
import { type Facts, factsAt } from "../../../storage/fs_entry.ts";
import { bitsOf } from "../../../storage/permission_bits.ts";
import { localVersion } from "../../remote/local_roots.ts";
import type { NameFilter } from "../../remote/transfer_context.ts";
import type { FailedName } from "../../remote/transfer_events.ts";
import type { UploadJob } from "../../remote/transfers.ts";
import { localJoin, localStatus } from "../local_path.ts";
import { EVERY_NAME } from "../name_filter.ts";
import type { PutPlace } from "./put_places.ts";
import type { RemoteFolder } from "./remote_folders.ts";

/** The files and folders of one source. */
export interface PutPlan {
  readonly jobs: UploadJob[];
  /** Folders on the server that have files below them, or have no contents. */
  readonly folders: RemoteFolder[];
  /** Links, special files, and files and folders that cannot be read. */
  readonly leftOut: FailedName[];
  /** Whether the source is a folder. */
  readonly isFolder: boolean;
}

/**
 * Plans one source.
 *
 * @throws `not_found`, `usage` for a folder without `recursive`, and the error of a folder that
 *   cannot be read.
 */
export async function planPut(
  { source, name, filter = EVERY_NAME }: PutPlace,
  recursive: boolean,
): Promise<PutPlan> {
  const info = statOf(source);
  const isFolder = info.kind === "dir";
  const plan: Walk = { jobs: [], folders: [], leftOut: [], isFolder, looked: 0 };
  if (isFolder && !recursive) {
    throw new FtError("usage", `is a folder: ${source} (use -r to upload it)`, {
      name: source,
    });
  }
  if (isFolder) await addFolder(plan, folderAt(source, name), filter);
  else if (filter(".")) addFile(plan, { source, name }, info);
  return plan;
}

function statOf(path: string): Facts {
  try {
    return factsAt(path, true);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

function addFile(
  plan: PutPlan,
  { source, name }: { readonly source: string; readonly name: string },
  facts: Facts,
): void {
  if (facts.kind !== "file") {
    const why = facts.kind === "link" ? "it is a link" : "it is neither a file nor a folder";
    return leaveOut(plan, source, why);
  }
  const { bytes, mtimeMs, mode } = facts;
  plan.jobs.push({
    ...{ source, name, bytes, mtimeMs },
    executable: (mode & 0o100) !== 0,
    mode: bitsOf(mode),
    version: localVersion(source, facts),
  });
}

function folderAt(source: string, name: string): Folder {
  return { absolute: absolutePath(source), source, name, rest: "." };
}

function leaveOut(plan: PutPlan, source: string, why: string): void {
  const error = new FtError("not_allowed", `left out: ${source} (${why})`, { name: source });
  plan.leftOut.push({ name: source, error });
}

/** A plan in the making. */
interface Walk extends PutPlan {
  /** Entries that were looked at. */
  looked: number;
}

/** A folder of the tree: its local path, its name on the server, its path below the source. */
interface Folder {
  readonly absolute: string;
  readonly source: string;
  readonly name: string;
  readonly rest: string;
}

async function addFolder(plan: Walk, folder: Folder, filter: NameFilter): Promise<void> {
  const before = plan.jobs.length;
  let mode: number | undefined;
  try {
    mode = bitsOf(Deno.statSync(folder.source).mode);
    for (const entry of namesIn(folder.source)) {
      const below = addEntry(plan, folder, entry, filter);
      if (below !== null) await addFolder(plan, below, filter);
      if (++plan.looked % LOCAL_LOOKS_A_TURN === 0) await delay(0);
    }
  } catch (error) {
    if (folder.rest === ".") throw error;
    plan.leftOut.push({ name: folder.source, error: asFtError(error) });
  }
  const empty = plan.jobs.length === before;
  if (empty && folder.rest !== "." && !filter(folder.rest)) return;
  plan.folders.push({ name: folder.name, mode, empty });
}

/** @returns The entry, if it is a folder. */
function addEntry(
  plan: PutPlan,
  folder: Folder,
  entry: Deno.DirEntry,
  filter: NameFilter,
): Folder | null {
  const source = localJoin(folder.source, entry.name);
  const name = localJoin(folder.name, entry.name);
  const rest = localJoin(folder.rest, entry.name);
  // The runtime replaces what it cannot decode; the system does not know the resulting name.
  if (entry.name.includes("\ufffd") && localStatus(source) === null) {
    leaveOut(plan, source, "its name is not UTF-8");
    return null;
  }
  const absolute = localJoin(folder.absolute, entry.name);
  if (entry.isDirectory) return { absolute, source, name, rest };
  if (!filter(rest)) return null;
  try {
    addFile(plan, { source, name }, factsAt(absolute, false));
  } catch (error) {
    plan.leftOut.push({ name: source, error: asFtError(error, `Cannot read ${source}`, source) });
  }
  return null;
}

function namesIn(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    throw asFtError(error, `Cannot read ${folder}`, folder);
  }
}
