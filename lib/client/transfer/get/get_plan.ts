/**
 * What a download of several names comes to: every file and folder, known before a byte moves.
 *
 * @module
 */

import { dirname } from "@std/path/posix/dirname";
import { FtError } from "../../../base/errors.ts";
import { asFtError } from "../../../base/os_errors.ts";
import type { FileInfo } from "../../../service/files.ts";
import { baseName, type StorePath, storePath } from "../../../storage/store_path.ts";
import type { Link } from "../../remote/link.ts";
import { EVERY_NAME, type NameFilter } from "../name_filter.ts";

/** One file to fetch. */
export interface GetJob {
  /** The name on the server. */
  readonly name: string;
  /** The local path. */
  readonly target: string;
  readonly bytes: number;
}

/** What one name comes to. */
export interface GetPlan {
  readonly jobs: GetJob[];
  /** Local folders to make. */
  readonly folders: string[];
}

/** How to plan one name. */
export interface GetPlanOptions {
  readonly output?: string;
  readonly recursive: boolean;
  /** Which files are meant. @default all */
  readonly filter?: NameFilter;
  readonly signal?: AbortSignal;
}

/** A local path below a folder; `/` serves on every system. */
export function localJoin(dir: string, rest: string): string {
  if (rest === "." || dir === ".") return rest === "." ? dir : rest;
  return dir.endsWith("/") ? dir + rest : `${dir}/${rest}`;
}

/**
 * Plans one name.
 *
 * @param dir The local folder.
 * @param output The local file, where the user named one.
 * @throws `not_found`, `usage` for a folder without `recursive`, `protocol` when the server lists
 *   what is not below the folder.
 */
export async function planGet(
  link: Link,
  name: string,
  dir: string,
  options: GetPlanOptions,
): Promise<GetPlan> {
  const { filter = EVERY_NAME } = options;
  const call = options.signal && { signal: options.signal };
  const info = await link.use((remote) => remote.files.stat(name, call));
  const at = storePath(name);
  if (info.type === "file") {
    if (!filter(baseName(at))) return { jobs: [], folders: [] };
    const target = options.output ?? localJoin(dir, baseName(at));
    return { jobs: [{ name, target, bytes: info.bytes }], folders: [] };
  }
  if (!options.recursive) {
    throw new FtError("usage", `is a folder: ${name} (use -r to get all below)`, { name });
  }
  const top = localJoin(dir, baseName(at));
  const below = await link.use((remote) =>
    Array.fromAsync(remote.files.list(name, { recursive: true, ...call }))
  );
  return planTree(at, top, below, filter);
}

function planTree(
  at: StorePath,
  top: string,
  below: readonly FileInfo[],
  filter: NameFilter,
): GetPlan {
  const plan: GetPlan = { jobs: [], folders: [top] };
  for (const info of below) {
    const rest = restOf(at, info.path);
    if (!filter(rest)) continue;
    const target = localJoin(top, rest);
    plan.folders.push(info.type === "dir" ? target : dirname(target));
    if (info.type === "file") plan.jobs.push({ name: info.path, target, bytes: info.bytes });
  }
  return plan;
}

/** The part of a listed path below the folder that was asked for. The server is not trusted. */
function restOf(at: StorePath, listed: string): string {
  let path: StorePath;
  try {
    path = storePath(listed);
  } catch (cause) {
    throw new FtError("protocol", "the server listed a path that is not allowed", { cause });
  }
  const prefix = at === "." ? "" : `${at}/`;
  if (path === listed && path.startsWith(prefix) && path.length > prefix.length) {
    return path.slice(prefix.length);
  }
  throw new FtError("protocol", "the server listed a path that was not asked for");
}

/** Makes local folders with those above them. @throws What the operating system says. */
export function makeFolders(folders: Iterable<string>): void {
  for (const folder of folders) {
    try {
      Deno.mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw asFtError(error, `Cannot make ${folder}`, folder);
    }
  }
}
