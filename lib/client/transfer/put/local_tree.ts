/**
 * What local names come to: files and folders, found before a byte moves.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { localJoin } from "../get/get_plan.ts";
import { EVERY_NAME, type NameFilter } from "../name_filter.ts";

/** One file to send. */
export interface PutJob {
  /** The local path. */
  readonly source: string;
  /** The name on the server. */
  readonly name: string;
  /** The same, for {@linkcode collisions}. */
  readonly target: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly executable: boolean;
}

/** What one source comes to. */
export interface PutPlan {
  readonly jobs: PutJob[];
  /** Folders on the server without any file below. */
  readonly emptyFolders: string[];
  /** Links and special files, which are left out. */
  readonly skipped: string[];
  /** What could not be looked at. */
  readonly failed: { readonly name: string; readonly error: FtError }[];
}

/** The last name of a local path; that of the folder itself for `.` and `..`. */
export function localBaseName(path: string): string {
  const plain = path.replace(/[/\\]+$/, "");
  const name = plain.slice(Math.max(plain.lastIndexOf("/"), plain.lastIndexOf("\\")) + 1);
  if (name !== "" && name !== "." && name !== "..") return name;
  return Deno.realPathSync(path).split(/[/\\]/).filter((part) => part !== "").at(-1) ?? "root";
}

/**
 * Plans one source.
 *
 * @param name What it will be called on the server.
 * @param filter Which files are meant.
 * @throws `not_found`, `usage` for a folder without `recursive`.
 */
export function planPut(
  source: string,
  name: string,
  recursive: boolean,
  filter: NameFilter = EVERY_NAME,
): PutPlan {
  const plan: PutPlan = { jobs: [], emptyFolders: [], skipped: [], failed: [] };
  const info = statOf(source);
  if (info.isDirectory && !recursive) {
    throw new FtError("usage", `is a folder: ${source} (use -r to send all below)`, {
      name: source,
    });
  }
  if (info.isDirectory) addFolder(plan, { source, name, rest: "." }, filter);
  else if (filter(localBaseName(source))) addFile(plan, { source, name }, info);
  return plan;
}

function statOf(path: string): Deno.FileInfo {
  try {
    return Deno.statSync(path);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

function addFile(
  plan: PutPlan,
  { source, name }: { readonly source: string; readonly name: string },
  info: Deno.FileInfo,
): void {
  if (!info.isFile) return void plan.skipped.push(source);
  plan.jobs.push({
    source,
    name,
    target: name,
    bytes: info.size,
    mtimeMs: info.mtime?.getTime() ?? Date.now(),
    executable: ((info.mode ?? 0) & 0o100) !== 0,
  });
}

/** A folder on the way down: where it is, what it will be called, its path below the source. */
interface Folder {
  readonly source: string;
  readonly name: string;
  readonly rest: string;
}

function addFolder(plan: PutPlan, folder: Folder, filter: NameFilter): void {
  const before = plan.jobs.length;
  try {
    for (const entry of namesIn(folder.source)) addEntry(plan, folder, entry, filter);
  } catch (error) {
    plan.failed.push({ name: folder.source, error: asFtError(error) });
  }
  const wanted = folder.rest === "." || filter(folder.rest);
  if (wanted && plan.jobs.length === before) plan.emptyFolders.push(folder.name);
}

function addEntry(plan: PutPlan, folder: Folder, entry: Deno.DirEntry, filter: NameFilter): void {
  const source = localJoin(folder.source, entry.name);
  const name = localJoin(folder.name, entry.name);
  const rest = localJoin(folder.rest, entry.name);
  if (entry.isDirectory) return addFolder(plan, { source, name, rest }, filter);
  if (!filter(rest)) return;
  try {
    addFile(plan, { source, name }, Deno.lstatSync(source));
  } catch (error) {
    plan.failed.push({ name: source, error: asFtError(error, undefined, source) });
  }
}

function namesIn(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    throw asFtError(error, `Cannot read ${folder}`, folder);
  }
}
