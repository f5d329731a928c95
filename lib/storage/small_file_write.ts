/**
 * Creation of small files in few system calls.
 *
 * @module
 */

import { closeSync, constants, fchmodSync, openSync } from "node:fs";
import { setFileTime } from "./draft.ts";
import { HAS_PERMISSION_BITS } from "./permission_bits.ts";
import { writeFully } from "./positioned_io.ts";

/**
 * Creates a file with its content and time.
 *
 * @param mtimeMs Milliseconds since 1970; `undefined` keeps the time of writing.
 * @param mode Permission bits, less the user's mask.
 * @param exact Whether the mask takes none of the bits: those of a file that is replaced.
 * @throws What the operating system reports, also if the name exists.
 */
export function makeSmallFile(
  at: string,
  bytes: Uint8Array,
  mtimeMs: number | undefined,
  mode: number,
  exact = false,
): void {
  const fd = openSync(at, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    writeFully(fd, 0, bytes);
    if (exact && HAS_PERMISSION_BITS) fchmodSync(fd, mode);
    if (mtimeMs !== undefined) setFileTime({ fd, at }, mtimeMs);
  } finally {
    closeSync(fd);
  }
}
