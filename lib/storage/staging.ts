/**
 * The folder of staged files, and of drafts: small files before they get their name.
 *
 * @module
 */

import { removeQuietly } from "../base/missing_files.ts";
import { look } from "./fs_entry.ts";
import { isStageToken } from "./store.ts";

/** The first character of the names of drafts; no token has it. */
const DRAFT = ".";
/** The beginning of the names of things that are being moved; no token has it. */
const ASIDE = "moved,";

/** Returns a path for a new draft. */
export function draftIn(folder: string): string {
  return `${folder}/${DRAFT}${crypto.randomUUID()}`;
}

/** Returns a path for something that is being moved; unlike a draft, it is kept after a crash. */
export function asideIn(folder: string): string {
  return `${folder}/${ASIDE}${crypto.randomUUID()}`;
}

/** Lists staged files and when each was last written. */
export async function* stagedIn(
  folder: string,
): AsyncGenerator<{ readonly token: string; readonly mtimeMs: number }> {
  if (look(folder)?.kind !== "dir") return;
  for await (const { name } of Deno.readDir(folder)) {
    const facts = isStageToken(name) ? look(`${folder}/${name}`) : null;
    if (facts?.kind === "file") yield { token: name, mtimeMs: facts.mtimeMs };
  }
}

/**
 * Removes leftovers of a crash: drafts, and staged files that were published but still have their
 * name here. The caller must have locked the folder.
 */
export function removeUseless(folder: string): void {
  if (look(folder)?.kind !== "dir") return;
  for (const { name } of Deno.readDirSync(folder)) {
    const at = `${folder}/${name}`;
    const facts = look(at);
    if (facts?.kind === "dir" && name.startsWith(DRAFT)) removeQuietly(at);
    if (facts?.kind !== "file") continue;
    if (name.startsWith(DRAFT) || facts.links > 1) Deno.removeSync(at);
  }
}
