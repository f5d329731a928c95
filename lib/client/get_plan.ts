/**
 * What a download of several names comes to: every file and folder, known before a byte moves.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { FileInfo } from "../service/files.ts";
import { baseName, type StorePath, storePath } from "../storage/store_path.ts";
import type { Link } from "./link.ts";

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
  options: { readonly output?: string; readonly recursive: boolean; readonly signal?: AbortSignal },
): Promise<GetPlan> {
  const call = options.signal && { signal: options.signal };
  const info = await link.use((remote) => remote.files.stat(name, call));
  const at = storePath(name);
  if (info.type === "file") {
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
  return planTree(at, top, below);
}

function planTree(at: StorePath, top: string, below: readonly FileInfo[]): GetPlan {
  const plan: GetPlan = { jobs: [], folders: [top] };
  for (const info of below) {
    const target = localJoin(top, restOf(at, info.path));
    if (info.type === "dir") plan.folders.push(target);
    else plan.jobs.push({ name: info.path, target, bytes: info.bytes });
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
