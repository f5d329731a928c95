/**
 * Files under construction: sets permissions, time and size before they get their name.
 *
 * @module
 */

import { fchmodSync, fstatSync, ftruncateSync, futimesSync } from "node:fs";
import { HAS_PERMISSION_BITS } from "./permission_bits.ts";

/** The properties of a draft when it gets its name. */
export interface DraftFacts {
  /** Permission bits; absent keeps those of the draft. */
  readonly mode?: number | undefined;
  /** Milliseconds since 1970; absent keeps the time of the last write. */
  readonly mtimeMs?: number | undefined;
}

/** An open file, and its path on the disk. */
export interface OpenDraft {
  readonly fd: number;
  readonly at: string;
}

/** Sets permissions and time of an open draft. */
export function finishDraft(draft: OpenDraft, { mode, mtimeMs }: DraftFacts): void {
  if (HAS_PERMISSION_BITS && mode !== undefined) fchmodSync(draft.fd, mode);
  if (mtimeMs !== undefined) setFileTime(draft, mtimeMs);
}

/** Sets the size of an open draft; added bytes read as zeros. */
export function truncateDraft(fd: number, bytes: number): void {
  // After a file was truncated to nothing, ext4 writes all of it out when it is closed.
  if (fstatSync(fd).size !== bytes) ftruncateSync(fd, bytes);
}

/**
 * Sets the modification time of an open file, to the millisecond, as far as the file system has it.
 *
 * @param mtimeMs Milliseconds since 1970; may be negative.
 */
export function setFileTime({ fd, at }: OpenDraft, mtimeMs: number): void {
  const whole = Math.floor(mtimeMs);
  if (whole < 0) {
    // The runtime cannot set such a time through a descriptor.
    Deno.utimeSync(at, new Date(), new Date(whole));
    return;
  }
  // The runtime truncates the fraction of a second; without the extra half, many are 1 ms early.
  const seconds = (whole + 0.0005) / 1000;
  futimesSync(fd, seconds, seconds);
}
