/**
 * Reading and writing at a place in an open file, to the last byte.
 *
 * @module
 */

import { readSync, writeSync } from "node:fs";

/** Fills `into` from a place in an open file; fewer bytes only at the end of the file. */
export function readFully(fd: number, offset: number, into: Uint8Array): number {
  let filled = 0;
  while (filled < into.length) {
    const read = readSync(fd, into, filled, into.length - filled, offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

/** Writes all of `bytes` at a place in an open file. */
export function writeFully(fd: number, offset: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(fd, bytes, at, bytes.length - at, offset + at);
  }
}
