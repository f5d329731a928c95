/**
 * Files beside the staged ones that are written in one go: with a crash they are worth nothing.
 *
 * @module
 */

import { look } from "./fs_entry.ts";

/** Begins their names; the name of no staged file does. */
const DRAFT = ".";

/** A path for a new one. */
export function draftIn(folder: string): string {
  return `${folder}/${DRAFT}${crypto.randomUUID()}`;
}

/** Removes all there are. Only for who has the folder alone. */
export function removeDrafts(folder: string): void {
  if (look(folder)?.kind !== "dir") return;
  for (const { name, isFile } of Deno.readDirSync(folder)) {
    if (isFile && name.startsWith(DRAFT)) Deno.removeSync(`${folder}/${name}`);
  }
}
