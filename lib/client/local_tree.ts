/**
 * What local names come to: files and folders, found before a byte moves.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { localJoin } from "./get_plan.ts";

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
 * @throws `not_found`, `usage` for a folder without `recursive`.
 */
export function planPut(source: string, name: string, recursive: boolean): PutPlan {
  const plan: PutPlan = { jobs: [], emptyFolders: [], skipped: [] };
  const info = statOf(source);
  if (info.isDirectory && !recursive) {
    throw new FtError("usage", `is a folder: ${source} (use -r to send all below)`, {
      name: source,
    });
  }
  addEntry(plan, source, name, info);
  return plan;
}

function statOf(path: string): Deno.FileInfo {
  try {
    return Deno.statSync(path);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

function addEntry(plan: PutPlan, source: string, name: string, info: Deno.FileInfo): void {
  if (info.isFile) {
    plan.jobs.push({
      source,
      name,
      target: name,
      bytes: info.size,
      mtimeMs: info.mtime?.getTime() ?? Date.now(),
      executable: ((info.mode ?? 0) & 0o100) !== 0,
    });
  } else if (info.isDirectory) addFolder(plan, source, name);
  else plan.skipped.push(source);
}

function addFolder(plan: PutPlan, source: string, name: string): void {
  const before = plan.jobs.length;
  for (const entry of namesIn(source)) {
    const path = localJoin(source, entry.name);
    if (entry.isSymlink) plan.skipped.push(path);
    else addEntry(plan, path, localJoin(name, entry.name), Deno.lstatSync(path));
  }
  if (plan.jobs.length === before) plan.emptyFolders.push(name);
}

function namesIn(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    throw asFtError(error, `Cannot read ${folder}`, folder);
  }
}
