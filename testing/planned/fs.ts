/**
 * Replaces `node:fs` in a program under test: the calls that the program uses follow the plan.
 *
 * @module
 */

import fs from "node:fs";
import { promisify } from "node:util";
import { later, now, pathOf, remember, share } from "./through.ts";

export { default } from "node:fs";
export * from "node:fs";

const readLater = promisify(fs.read);
const syncLater = promisify(fs.fsync);

/** See `node:fs`. */
export function openSync(path: string, flags: string | number = "r", mode?: number): number {
  const creates = typeof flags === "number"
    ? (flags & fs.constants.O_CREAT) !== 0
    : !flags.startsWith("r");
  const op = creates ? "create" : "open";
  return now({ op, path }, () => remember(fs.openSync(path, flags, mode), path));
}

/** See `node:fs`. */
export function readSync(
  fd: number,
  into: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
): number {
  const op = { op: "read", path: pathOf(fd) } as const;
  return now(op, (half) => fs.readSync(fd, into, offset, share(length, half), position));
}

/** See `node:fs`. */
export function readFileSync(file: string | number): Uint8Array {
  const path = typeof file === "number" ? pathOf(file) : file;
  return now({ op: "read", path }, () => fs.readFileSync(file));
}

/** See `node:fs`. */
export function writeSync(
  fd: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
): number {
  const op = { op: "write", path: pathOf(fd) } as const;
  return now(op, (half) => fs.writeSync(fd, bytes, offset, share(length, half), position));
}

/** See `node:fs`; only its promisified form is used. */
export const read = Object.assign(() => {}, {
  [promisify.custom]: (
    fd: number,
    into: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => {
    const op = { op: "read", path: pathOf(fd) } as const;
    return later(op, (half) => readLater(fd, into, offset, share(length, half), position));
  },
});

/** See `node:fs`; only its promisified form is used. */
export const fsync = Object.assign(() => {}, {
  [promisify.custom]: (fd: number) => later({ op: "sync", path: pathOf(fd) }, () => syncLater(fd)),
});

/** See `node:fs`. */
export function fstatSync(fd: number): fs.Stats {
  return now({ op: "stat", path: pathOf(fd) }, () => fs.fstatSync(fd));
}

/** See `node:fs`. */
export function ftruncateSync(fd: number, bytes: number): void {
  now({ op: "truncate", path: pathOf(fd) }, () => fs.ftruncateSync(fd, bytes));
}

/** See `node:fs`. */
export function fchmodSync(fd: number, mode: number): void {
  now({ op: "chmod", path: pathOf(fd) }, () => fs.fchmodSync(fd, mode));
}

/** See `node:fs`. */
export function futimesSync(fd: number, atime: number | Date, mtime: number | Date): void {
  now({ op: "utime", path: pathOf(fd) }, () => fs.futimesSync(fd, atime, mtime));
}
