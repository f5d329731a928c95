/**
 * Reading of small files in one folder, which is checked once for all of them.
 *
 * @module
 */

import { closeSync, constants, openSync } from "node:fs";
import { entryOf, type Facts, look, sameFile } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import { readFully } from "./positioned_io.ts";
import type { WholeFile } from "./store.ts";
import type { StorePath } from "./store_path.ts";

const NONBLOCK = constants.O_NONBLOCK ?? 0;

/**
 * Reads files whole if nothing was swapped for a while: then all of them were inside the jail. A file
 * must have the same facts before and after it is read.
 *
 * @param paths Paths in one folder.
 * @returns For each path, in order, its file; `null` if it cannot be read in this way.
 */
export function readFilesIn(
  jail: FsJail,
  paths: readonly StorePath[],
  maxBytes: number,
): (WholeFile | null)[] {
  const sinceMs = Date.now();
  const calm = () => orNull(() => jail.calm(paths[0]!, sinceMs)) ?? false;
  // Otherwise nothing that is read could be used in the end.
  const files = calm() ? paths.map((path) => orNull(() => readWhole(jail, path, maxBytes))) : [];
  return files.length > 0 && calm() ? files : paths.map(() => null);
}

/** Why it failed is found again, and reported, when the file is opened by itself. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function readWhole(jail: FsJail, path: StorePath, maxBytes: number): WholeFile | null {
  const at = jail.locate(path);
  const facts = look(at);
  if (facts?.kind !== "file" || facts.bytes > maxBytes) return null;
  // Opening a pipe that has just taken the name would otherwise block forever.
  const fd = openSync(at, constants.O_RDONLY | NONBLOCK);
  try {
    const bytes = new Uint8Array(facts.bytes);
    if (readFully(fd, 0, bytes) !== bytes.length) return null;
    const now = look(at);
    return now !== null && isUnchanged(now, facts) ? { entry: entryOf(path, facts), bytes } : null;
  } finally {
    closeSync(fd);
  }
}

function isUnchanged(now: Facts, before: Facts): boolean {
  return sameFile(now, before) && now.bytes === before.bytes && now.mtimeMs === before.mtimeMs;
}
