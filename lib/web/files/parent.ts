/**
 * The folder above a file. HTTP clients create folders one by one (RFC 4918, 9.3.1).
 *
 * @module
 */

import { dirname } from "@std/path/posix/dirname";
import { hasCode } from "../../base/errors.ts";
import { HttpError } from "../http/http_error.ts";
import { lookUp, type Place } from "./place.ts";

/**
 * Requires that the folder above a path exists.
 *
 * @throws {HttpError} 409 if it does not.
 */
export async function requireParent(
  { files, path }: Pick<Place, "files" | "path">,
  signal: AbortSignal,
): Promise<void> {
  const parent = dirname(path);
  if (parent === ".") return;
  try {
    const info = await lookUp(files, parent, { signal });
    if (info?.type === "dir") return;
  } catch (error) {
    // A client that may only write need not know which folders there are.
    if (hasCode(error, "not_allowed")) return;
    throw error;
  }
  throw new HttpError(409, `there is no folder ${parent}`, { name: path });
}
