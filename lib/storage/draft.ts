/**
 * Files under construction: sets permissions, time and size before they get their name.
 *
 * @module
 */

import { fchmodSync, fstatSync, ftruncateSync, futimesSync } from "node:fs";
import { lstatOrNull, removeIfThere } from "../base/missing_files.ts";

/** The properties of a draft when it gets its name. */
export interface DraftFacts {
  /** Permission bits without execute; absent keeps those of the draft. */
  readonly mode?: number;
  /** Whether everyone allowed to read it may execute it. */
  readonly executable?: boolean;
  /** Milliseconds since 1970; absent keeps the time of the last write. */
  readonly mtimeMs?: number;
}

/** Sets permissions and time of an open draft. */
export function finishDraft(fd: number, { mode, executable, mtimeMs }: DraftFacts): void {
  if (Deno.build.os !== "windows" && (mode !== undefined || executable)) {
    fchmodSync(fd, modeWith(executable, mode ?? fstatSync(fd).mode & 0o777));
  }
  if (mtimeMs !== undefined) setFileTime(fd, mtimeMs);
}

/** Sets the size of an open draft; added bytes read as zeros. */
export function truncateDraft(fd: number, bytes: number): void {
  // After a file was truncated to nothing, ext4 writes all of it out when it is closed.
  if (fstatSync(fd).size !== bytes) ftruncateSync(fd, bytes);
}

/** Adds execute permission wherever `mode` has read, so that the user's mask applies to both. */
export function modeWith(executable: boolean | undefined, mode: number): number {
  return executable ? mode | (mode & 0o444) >> 2 : mode;
}

/**
 * Sets the modification time of an open file, to the millisecond.
 *
 * @param mtimeMs Milliseconds since 1970.
 */
export function setFileTime(fd: number, mtimeMs: number): void {
  // The runtime truncates the fraction of a second; without the extra half, many are 1 ms early.
  const seconds = (Math.floor(mtimeMs) + 0.0005) / 1000;
  futimesSync(fd, seconds, seconds);
}

/**
 * Permission bits that the user's mask leaves to new files. They are read from a file created for
 * this, because asking for the mask needs a permission of its own.
 *
 * @param at A free name.
 */
export function newFileMode(at: string): number {
  Deno.openSync(at, { write: true, createNew: true, mode: 0o666 }).close();
  try {
    return (lstatOrNull(at)?.mode ?? 0o644) & 0o666;
  } finally {
    removeIfThere(at);
  }
}
