/**
 * The folder of the server's own files in a served folder.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { makeFolder } from "./folders.ts";
import { look } from "./fs_entry.ts";
import { RESERVED_NAME } from "./store_path.ts";

/** The folders that a server creates in it. */
export type OwnFolder = "lock" | "staging" | "batches" | "versions";

const OWN_FOLDERS: ReadonlySet<string> = new Set<OwnFolder>([
  "lock",
  "staging",
  "batches",
  "versions",
]);

/**
 * Creates one of the server's own folders, for its owner only, unless it exists.
 *
 * @param at The folder above them, which may not exist.
 * @returns Its path on the disk.
 * @throws `conflict` if something of a user has the name, and what the system reports.
 */
export function makeOwnFolder(at: string, name: OwnFolder): string {
  const path = `${at}/${name}`;
  const above = look(at);
  if (above?.kind === "dir" && look(path)?.kind === "dir") return path;
  if (above === null) makeFolder(at, 0o700);
  else if (above.kind !== "dir" || hasOnlyForeignNames(at)) throw foreign();
  makeFolder(path, 0o700);
  if (look(at)?.kind !== "dir" || look(path)?.kind !== "dir") throw foreign();
  return path;
}

function hasOnlyForeignNames(at: string): boolean {
  const names = [...Deno.readDirSync(at)].map(({ name }) => name);
  return names.length > 0 && !names.some((name) => OWN_FOLDERS.has(name));
}

function foreign(): FtError {
  const message = `${RESERVED_NAME} in the served folder is not the server's own: move it away`;
  return new FtError("conflict", message, { name: RESERVED_NAME });
}
