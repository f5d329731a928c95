/**
 * Requests about many paths: as many as fit into one request, and an answer about each.
 *
 * @module
 */

import { protocolError } from "../../base/errors.ts";
import { grouped } from "../../base/grouped.ts";
import { MAX_BATCH_FILES, MAX_CONTROL_BYTES } from "../../base/limits.ts";

/** Splits paths into the groups of one request each. */
export function requestGroups(paths: Iterable<string>): Iterable<string[]> {
  return grouped([...paths], MAX_BATCH_FILES, MAX_CONTROL_BYTES - 256, jsonBytes);
}

/** Checks that the server sent something about every path. @throws `protocol` with one that is left. */
export function requireAnswered(left: ReadonlySet<string>): void {
  for (const path of left) {
    throw protocolError(`the server did not send a requested file: ${path}`);
  }
}

/** The maximum size of a string in JSON: six bytes for each UTF-16 unit. */
function jsonBytes(text: string): number {
  return text.length * 6 + 3;
}
