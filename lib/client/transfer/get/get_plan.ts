/**
 * Plans a download: every file and folder is known before the first byte moves.
 *
 * @module
 */

import { absolutePath } from "../../../base/absolute_path.ts";
import { FtError } from "../../../base/errors.ts";
import { MAX_LISTED_CHARS, MAX_LISTED_NAMES } from "../../../base/limits.ts";
import { asFtError } from "../../../base/os_errors.ts";
import type { FileInfo, Files, OnLeftOut } from "../../../service/files.ts";
import { baseName, localFault, type StorePath, storePath } from "../../../storage/store_path.ts";
import type { NameFilter } from "../../remote/transfer_context.ts";
import type { FailedName } from "../../remote/transfer_events.ts";
import type { GetPlan, ListDigests, PlanRequest } from "../../remote/transfers.ts";
import { pathBelow } from "../listed_path.ts";
import type { Facts } from "../../../storage/fs_entry.ts";
import { folderOf, localJoin, localStatus, lookQuietly } from "../local_path.ts";
import { EVERY_NAME } from "../name_filter.ts";
import { compareTree, tooMany } from "./equal_trees.ts";
import { TakenNames } from "./taken_names.ts";
import { FolderBits } from "./folder_bits.ts";

/**
 * Plans one name.
 *
 * @throws `not_found`, `usage` for a folder without `recursive`, `protocol` when the server lists
 *   paths outside the folder.
 * @param digests Finds folders that are equal on both sides, if the server offers that.
 */
export async function planGet(
  files: Files,
  request: PlanRequest,
  digests?: ListDigests,
): Promise<GetPlan> {
  const { name, dir, output, recursive, filter = EVERY_NAME, signal } = request;
  const info = request.info ?? await files.stat(name, { signal });
  const at = storePath(name);
  if (info.type === "file") {
    if (!filter(baseName(at))) return { jobs: [], folders: [] };
    const target = output ?? localTarget(dir, at);
    return { jobs: [{ name, target, bytes: info.bytes, info }], folders: [] };
  }
  if (!recursive) {
    throw new FtError("usage", `is a folder: ${name} (use -r to download it)`, { name });
  }
  // An entry that two listings leave out is reported once.
  const leftOut = new Map<string, FailedName>();
  const onLeftOut: OnLeftOut = (name, error) =>
    void leftOut.set(name, { name, error: asFtError(error) });
  const top = { at, target: localTarget(dir, at), mode: info.mode };
  // Roots are of use only if there may be something to compare.
  const isNew = request.roots !== undefined && localStatus(top.target) === null;
  const roots = request.roots && !isNew;
  const { known } = request;
  const compared = roots && known?.any && digests
    ? await compareTree(files, digests, { ...top, known, signal, onLeftOut })
    : undefined;
  const below = compared?.listed ?? files.list(name, { recursive: true, roots, signal, onLeftOut });
  const found = isNew ? () => null : roots ? lookUp(top.target) : () => undefined;
  const plan = await planTree({ ...top, found }, below, filter);
  const wanted = ({ name, error }: FailedName) =>
    error.code === "partial" || filter(relativeTo(at, name));
  const all = [...plan.leftOut ?? [], ...leftOut.values().filter(wanted)];
  return { ...plan, equal: compared?.equal, leftOut: all };
}

/** @throws `not_allowed` if this system does not have the name. */
function localTarget(dir: string, at: StorePath): string {
  const fault = localFault(baseName(at) as StorePath);
  if (fault === null) return localJoin(dir, baseName(at));
  throw new FtError("not_allowed", `${at} needs another name here, with -o (${fault})`, {
    name: at,
  });
}

/** The part of a path below a folder; other text as it is. */
function relativeTo(at: StorePath, path: string): string {
  return path.startsWith(`${at}/`) ? path.slice(at.length + 1) : path;
}

/** The folder that the user named. */
interface TopFolder {
  readonly at: StorePath;
  readonly target: string;
  readonly mode: number | undefined;
  /** Looks at a target, if it is to be looked at. */
  readonly found: (target: string, rest: string) => Facts | null | undefined;
}

/** Looks at targets below a folder. Asking the system about each name that is free takes long. */
function lookUp(top: string): TopFolder["found"] {
  const [absolute, taken] = [absolutePath(top), new TakenNames()];
  return (target, rest) => taken.has(target) ? lookQuietly(localJoin(absolute, rest)) : null;
}

async function planTree(
  { at, target: top, mode, found }: TopFolder,
  below: AsyncIterable<FileInfo>,
  filter: NameFilter,
): Promise<GetPlan> {
  const bits = new FolderBits();
  bits.enter(top, mode);
  bits.need(top);
  const leftOut: FailedName[] = [];
  const plan: GetPlan = { jobs: [], folders: [top], folderBits: bits.needed, leftOut };
  let names = 0;
  let chars = 0;
  for await (const info of below) {
    const rest = pathBelow(at, info.path);
    const target = localJoin(top, rest);
    if (info.type === "dir") bits.enter(target, info.mode);
    if (!filter(rest)) continue;
    const fault = localFault(rest as StorePath);
    if (fault !== null) {
      const { path: name } = info;
      const error = new FtError("not_allowed", `left out: ${name} (${fault})`, { name });
      leftOut.push({ name, error });
      continue;
    }
    chars += rest.length;
    if (++names > MAX_LISTED_NAMES || chars > MAX_LISTED_CHARS) {
      throw tooMany(at);
    }
    bits.need(target);
    const folder = info.type === "dir" ? target : folderOf(target);
    if (folder !== plan.folders.at(-1)) plan.folders.push(folder);
    if (info.type === "dir") continue;
    // While one part of the listing is looked at, the server prepares the next one.
    plan.jobs.push({
      ...{ name: info.path, target, bytes: info.bytes, info },
      found: found(target, rest),
    });
  }
  return plan;
}
