/**
 * Checks the paths that a server lists. The server is not trusted.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { type StorePath, storePath } from "../../storage/store_path.ts";

/**
 * Returns the part of a listed path below the requested folder.
 *
 * @throws `protocol` for a path that is not allowed, or outside the folder.
 */
export function pathBelow(folder: StorePath, listed: string): string {
  let path: StorePath;
  try {
    path = storePath(listed);
  } catch (cause) {
    throw new FtError("protocol", "the server listed a path that is not allowed", { cause });
  }
  const prefix = folder === "." ? "" : `${folder}/`;
  if (path === listed && path.startsWith(prefix) && path.length > prefix.length) {
    return path.slice(prefix.length);
  }
  throw new FtError("protocol", "the server listed a path outside the requested folder");
}
