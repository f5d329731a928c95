/**
 * The name under which the digests of a version are known.
 *
 * @module
 */

import { RESERVED_NAME, type StorePath } from "./store_path.ts";

/** A path of the server's own folder, which no peer can name. */
export function versionKey(rev: number): StorePath {
  return `${RESERVED_NAME}/versions/${rev}` as StorePath;
}
