/**
 * Creation of small files in few system calls.
 *
 * @module
 */

import { closeSync, constants, openSync } from "node:fs";
import { setFileTime } from "./draft.ts";
import { writeFully } from "./positioned_io.ts";

/**
 * Creates a file with its content and time.
 *
 * @param mtimeMs Milliseconds since 1970; `undefined` keeps the time of writing.
 * @param mode Permission bits, less the user's mask.
 * @throws What the operating system reports, also if the name exists.
 */
export function makeSmallFile(
  at: string,
  bytes: Uint8Array,
  mtimeMs: number | undefined,
  mode: number,
): void {
  const fd = openSync(at, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    writeFully(fd, 0, bytes);
    if (mtimeMs !== undefined) setFileTime({ fd, at }, mtimeMs);
  } finally {
    closeSync(fd);
  }
}
