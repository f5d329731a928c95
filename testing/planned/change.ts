/**
 * Changes that another program makes to a file during a transfer.
 *
 * @module
 */

import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import type { Change } from "./plan.ts";

/** Changes a file synchronously. */
export function change(path: string, how: Change): void {
  switch (how.to) {
    case "grow":
      return appendFileSync(path, new Uint8Array(how.bytes).fill(0x67));
    case "shrink":
      return truncateSync(path, Math.max(0, statSync(path).size - how.bytes));
    case "replaced":
      copyFileSync(how.by, `${path}.new`);
      return renameSync(`${path}.new`, path);
    case "removed":
      return rmSync(path);
    case "permitted":
      return chmodSync(path, how.mode);
    case "flipped":
      return flip(path, how.at);
  }
}

/** Flips the lowest bit of a byte, as a failing disk might. */
export function flip(path: string, at: number): void {
  const fd = openSync(path, "r+");
  try {
    const byte = new Uint8Array(1);
    if (readSync(fd, byte, 0, 1, at) !== 1) throw new Error(`Cannot flip ${path}: no byte ${at}`);
    byte[0]! ^= 1;
    writeSync(fd, byte, 0, 1, at);
  } finally {
    closeSync(fd);
  }
}
