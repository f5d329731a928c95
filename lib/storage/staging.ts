/**
 * The folder of staged files, and of drafts: files that are written in one go.
 *
 * @module
 */

import { look } from "./fs_entry.ts";
import { isStageToken } from "./store.ts";

/** Begins the names of drafts; no token does. */
const DRAFT = ".";

/** A path for a new draft. */
export function draftIn(folder: string): string {
  return `${folder}/${DRAFT}${crypto.randomUUID()}`;
}

/** Staged files and when each was last written. */
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
 * Removes what a crash leaves that is of no use: drafts, and staged files that were published and
 * have their name here still. Only for who has the folder alone.
 */
export function removeUseless(folder: string): void {
  if (look(folder)?.kind !== "dir") return;
  for (const { name } of Deno.readDirSync(folder)) {
    const at = `${folder}/${name}`;
    const facts = look(at);
    if (facts?.kind !== "file") continue;
    if (name.startsWith(DRAFT) || facts.links > 1) Deno.removeSync(at);
  }
}
