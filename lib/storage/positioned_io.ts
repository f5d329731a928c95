/**
 * Complete reads and writes at an offset of an open file.
 *
 * @module
 */

import { read, readSync, writeSync } from "node:fs";
import { promisify } from "node:util";

const readLater = promisify(read);

/** Fills `into` from an offset of an open file; fewer bytes only at the end of the file. */
export function readFully(fd: number, offset: number, into: Uint8Array): number {
  let filled = 0;
  while (filled < into.length) {
    const read = readSync(fd, into, filled, into.length - filled, offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

/** Does the same on another thread. `into` must not be used meanwhile. */
export async function readFullyLater(
  fd: number,
  offset: number,
  into: Uint8Array,
): Promise<number> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await readLater(fd, into, filled, into.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** Writes all of `bytes` at an offset of an open file. */
export function writeFully(fd: number, offset: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(fd, bytes, at, bytes.length - at, offset + at);
  }
}
