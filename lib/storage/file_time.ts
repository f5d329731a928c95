/**
 * The time of a file, to the millisecond.
 *
 * @module
 */

import { futimesSync } from "node:fs";

/**
 * Sets when an open file was last changed.
 *
 * @param mtimeMs Milliseconds since 1970.
 */
export function setFileTime(fd: number, mtimeMs: number): void {
  // The runtime cuts what it makes of seconds with a fraction: half of all would be 1 ms early.
  const seconds = (Math.floor(mtimeMs) + 0.0005) / 1000;
  futimesSync(fd, seconds, seconds);
}
