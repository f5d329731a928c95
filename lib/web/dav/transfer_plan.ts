/**
 * The plan of a copy or move, made once its request was checked.
 *
 * @module
 */

import { notFound } from "../../base/errors.ts";
import { isWithin } from "../../base/is_within.ts";
import type { FileInfo } from "../../service/files.ts";
import type { Exchange } from "../door/exchange.ts";
import { requireParent } from "../files/parent.ts";
import { lookUp, type Place } from "../files/place.ts";
import { withComparedRoot } from "../files/version_root.ts";
import { preconditionFailed, requireConditions } from "../http/conditions.ts";
import { HttpError } from "../http/http_error.ts";
import { destinationOf, overwrites } from "./destination.ts";

/** A copy or move. */
export interface TransferPlan {
  /** The source. */
  readonly source: FileInfo;
  /** The path of the target. */
  readonly to: string;
  /** The file or folder that is to be replaced; `null` if there is none. */
  readonly replaced: FileInfo | null;
}

/**
 * Checks a request.
 *
 * @throws {HttpError} As {@linkcode destinationOf}; 403 for a target that is, contains or is within
 *   the source, 409 without a folder for the target, 412 if something must not be replaced or a
 *   precondition does not hold.
 */
export async function planTransfer(exchange: Exchange, place: Place): Promise<TransferPlan> {
  const { headers, signal } = exchange;
  const { files, path, folder } = place;
  const to = destinationOf(exchange, place);
  const overwrite = overwrites(headers);
  const source = await lookUp(files, path, { signal });
  requireConditions(headers, source && await withComparedRoot(exchange, place, source));
  if (source === null || (folder && source.type === "file")) throw notFound(path);
  // Replacing a folder above the source would remove the source first.
  if (isWithin(to, path) || (isWithin(path, to) && source.type === "dir")) {
    const message = to === path
      ? `source and target are the same: ${path}`
      : `source and target contain each other: ${path} and ${to}`;
    throw new HttpError(403, message, { code: "usage", name: to });
  }
  await requireParent({ files, path: to }, signal);
  const replaced = await lookUp(files, to, { signal });
  if (replaced !== null && !overwrite) throw preconditionFailed();
  return { source, to, replaced };
}

/**
 * Removes what a target replaces, unless a file takes the place of a file, which is one step.
 *
 * @returns Whether a file is still there to be replaced.
 */
export async function clearTarget(
  { source, replaced }: TransferPlan,
  { files }: Place,
  signal: AbortSignal,
): Promise<boolean> {
  if (replaced === null) return false;
  if (replaced.type === "file" && source.type === "file") return true;
  await files.remove(replaced.path, { recursive: replaced.type === "dir", signal });
  return false;
}
