/**
 * Versions as objects of `--json`.
 *
 * @module
 */

import { isoTime } from "../base/iso_time.ts";
import type { DeletedEntry, FileVersion } from "./files.ts";

/** The object of a version; programs rely on its fields and their order. */
export function versionObject(version: FileVersion): Record<string, unknown> {
  const { rev, path, cause, atMs, by, bytes, mtimeMs, root } = version;
  const facts = { name: path, rev, cause, at: isoTime(atMs), by, bytes, mtime: isoTime(mtimeMs) };
  return root === undefined ? facts : { ...facts, root };
}

/** The object of a name that has versions and nothing else. */
export function deletedObject(entry: DeletedEntry): Record<string, unknown> {
  if (entry.type === "file") {
    const { name, ...facts } = versionObject(entry.version);
    return { name, type: "file", ...facts };
  }
  const { path, atMs, files } = entry.folder;
  return { name: path, type: "dir", at: isoTime(atMs), files };
}
