/**
 * Decides whether the content of a file is requested before anything is known about it.
 *
 * @module
 */

import { baseName, storePath } from "../../../storage/store_path.ts";
import type { AheadRequest } from "../../remote/opened_reading.ts";
import { isGlob } from "../glob.ts";
import { localJoin, localStatus } from "../local_path.ts";
import { learnFolder, partPaths } from "./part_names.ts";

/** The part of a request for downloads that decides. */
export interface NamesToGet {
  readonly names: readonly string[];
  readonly patterns?: boolean;
  readonly recursive: boolean;
  readonly dryRun?: boolean;
  readonly snapshot?: boolean;
  readonly compress?: boolean;
  readonly dir: string;
  readonly output?: string;
  readonly sink?: unknown;
  readonly lanes?: number | "auto";
}

/**
 * Returns the request for a single file that is most likely to be read whole, because there is
 * nothing of it here.
 */
export async function readAhead(
  request: NamesToGet,
  signal?: AbortSignal,
): Promise<AheadRequest | undefined> {
  const { names: [name, ...others], patterns, recursive, dryRun, snapshot, sink, lanes } = request;
  const isSole = name !== undefined && others.length === 0 && !(patterns && isGlob(name));
  if (!isSole || recursive || dryRun || snapshot) return undefined;
  if (sink === undefined && await isHere(request, name)) return undefined;
  const laned = (lanes ?? 1) !== 1 && sink === undefined;
  const transfer = laned ? crypto.randomUUID() : undefined;
  return { name, compress: request.compress, transfer, signal };
}

/** Whether the target, or a part of it, is or may be here. */
async function isHere({ output, dir }: NamesToGet, name: string): Promise<boolean> {
  try {
    const target = output ?? localJoin(dir, baseName(storePath(name)));
    if (localStatus(target) !== null) return true;
    await learnFolder(target);
    return localStatus(partPaths(target).part) !== null;
  } catch {
    // The plan will report why there can be no such target.
    return true;
  }
}
