/**
 * The permission bits of new files.
 *
 * @module
 */

import { draftIn } from "./staging.ts";
import { look } from "./fs_entry.ts";

/** Permission bits the user's mask leaves to new files; seen on one, as asking needs a permission. */
export function newFileMode(folder: string): number {
  const at = draftIn(folder);
  Deno.openSync(at, { write: true, createNew: true, mode: 0o666 }).close();
  try {
    return (look(at)?.mode ?? 0o644) & 0o666;
  } finally {
    Deno.removeSync(at);
  }
}
