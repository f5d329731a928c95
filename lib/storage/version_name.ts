/**
 * The names that versions have on the disk: with the facts about them, so that an index that is lost
 * can be made again.
 *
 * @module
 */

import { MAX_NAME_BYTES, VERSIONS_PER_FOLDER } from "../base/limits.ts";
import { type KeptVersion, VERSION_CAUSES } from "./store_versions.ts";
import { pathFault, type StorePath } from "./store_path.ts";

/** The facts that a name has. */
export type NamedVersion = Pick<KeptVersion, "rev" | "atMs" | "cause" | "by"> & {
  /** Absent if it was too long. */
  readonly path?: StorePath;
};

const NAME = /^(\d{1,15})\.(-?\d{1,16})\.([0-9])\.([^.]*)\.(.*)$/s;
/** Characters of the name of a user. */
const MAX_BY_CHARS = 40;

/** The name of a version that is still written, and that no version has. */
export const UNFINISHED_VERSION = ".copying";

/** Percent signs and ASCII, without characters that a file system may not have. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("*", "%2A");
}

/** Returns the name of a version; without its path if that makes it too long for a file system. */
export function versionName({ rev, atMs, cause, by, path }: Required<NamedVersion>): string {
  const who = encoded(by.slice(0, MAX_BY_CHARS)).replaceAll(".", "%2E");
  const start = `${rev}.${Math.trunc(atMs)}.${VERSION_CAUSES.indexOf(cause)}.${who}.`;
  const name = start + encoded(path);
  return name.length <= MAX_NAME_BYTES ? name : start;
}

/** Reads a name; `null` for one that {@linkcode versionName} did not make. */
export function readVersionName(name: string): NamedVersion | null {
  const [, rev, atMs, cause, by, path] = NAME.exec(name) ?? [];
  const known = VERSION_CAUSES[Number(cause)];
  if (path === undefined || known === undefined) return null;
  try {
    const text = decodeURIComponent(path);
    const facts = { rev: Number(rev), atMs: Number(atMs), cause: known };
    const named = { ...facts, by: decodeURIComponent(by!) };
    return text === "" || pathFault(text) !== null ? named : { ...named, path: text as StorePath };
  } catch {
    return null;
  }
}

/** The folder of a version: that of all versions with about the same number. */
export function versionFolder(rev: number): string {
  return String(Math.floor(rev / VERSIONS_PER_FOLDER));
}
