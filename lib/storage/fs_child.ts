/**
 * The children of a folder, as a listing finds them.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { foldCase } from "../base/fold_case.ts";
import { entryOf, look, storeError } from "./fs_entry.ts";
import type { FsJail } from "./fs_jail.ts";
import type { StoreEntry } from "./store.ts";
import { joinedText, localFault, pathFault, RESERVED_NAME, type StorePath } from "./store_path.ts";

/** The character that stands for bytes that are not UTF-8. */
const REPLACEMENT = "\ufffd";

/** The reason why a name with such bytes is left out. */
export const NOT_UTF8 = "its name is not UTF-8";

const WHY_LEFT_OUT = {
  link: "it is a link",
  special: "it is neither a file nor a folder",
} as const;

/**
 * Passes over entries that are known to be no files. Throws the error of one that may be anything:
 * counts and moves would be wrong without it.
 */
export function requireKnown(error: FtError): void {
  if (error.cause !== undefined) throw error;
}

/** The error of an entry that a listing leaves out, such as "left out: a (it is a link)". */
export function leftOutEntry(
  path: string,
  why: string,
  code: "not_allowed" | "limit" = "not_allowed",
): FtError {
  return new FtError(code, `left out: ${path} (${why})`, { name: path });
}

/**
 * Looks at a child of a folder.
 *
 * @param name Its unchecked name, as the system lists it.
 * @param others The kinds of the children that are no regular files, if the kind is enough and
 *   the system is not asked for more.
 * @returns Its entry; an error if it is there but cannot be listed, with a cause if the system
 *   cannot tell what it is; `null` if there is nothing to list: it has gone, or it is the server's
 *   own folder.
 * @throws An error of the served folder as a whole, or one that may pass.
 */
export function childOf(
  jail: FsJail,
  dir: StorePath,
  name: string,
  others?: ReadonlyMap<string, Deno.DirEntry>,
): StoreEntry | FtError | null {
  const text = joinedText(dir, name);
  const fault = pathFault(text);
  if (fault !== null) {
    if (foldCase(text) === RESERVED_NAME && isReserved(jail, text)) return null;
    return leftOutEntry(text, fault.why, fault.code);
  }
  const path = text as StorePath;
  const local = localFault(path);
  if (local !== null) return leftOutEntry(text, local);
  // A name that the runtime could not decode is none that can be looked up.
  if (others && !name.includes(REPLACEMENT)) return kindOnly(path, others.get(name));
  try {
    const facts = look(jail.locate(path));
    if (facts === null) {
      return name.includes(REPLACEMENT) ? leftOutEntry(text, NOT_UTF8) : null;
    }
    const { kind } = facts;
    return kind === "file" || kind === "dir"
      ? entryOf(path, facts)
      : leftOutEntry(text, WHY_LEFT_OUT[kind]);
  } catch (error) {
    const failure = storeError(error, "look at", text);
    if (error instanceof FtError || failure.retryable) throw failure;
    return failure;
  }
}

function isReserved(jail: FsJail, name: string): boolean {
  try {
    return jail.isReserved(look(`${jail.root}/${name}`));
  } catch (error) {
    throw storeError(error, "look at", name);
  }
}

function kindOnly(path: StorePath, other: Deno.DirEntry | undefined): StoreEntry | FtError {
  if (other?.isSymlink) return leftOutEntry(path, WHY_LEFT_OUT.link);
  if (other?.isDirectory === false) return leftOutEntry(path, WHY_LEFT_OUT.special);
  const type = other === undefined ? "file" : "dir";
  return { path, type, bytes: 0, mtimeMs: 0, executable: false, revision: "" };
}

/**
 * Whether the children of a folder can be looked at, judged by one of them: a folder can be readable
 * without that, and then each of them has an error.
 */
export function canLookIn(jail: FsJail, dir: StorePath, name: string): boolean {
  const child = childOf(jail, dir, name);
  return !(child instanceof FtError && child.cause !== undefined);
}
