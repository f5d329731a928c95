/**
 * The JSON of versions: what a client asks for, and what it gets.
 *
 * @module
 */

import * as v from "valibot";
import { MAX_FILE_BYTES, MAX_PATH_BYTES } from "../base/limits.ts";

/** The feature of a server that answers requests about versions. */
export const VERSIONS = "versions";

const path = v.string();
const checkedPath = v.pipe(path, v.maxLength(MAX_PATH_BYTES));
const timeMs = v.pipe(v.number(), v.minValue(-8.64e15), v.maxValue(8.64e15));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_FILE_BYTES));
/** The number of a version; absent for the newest one, or for the file itself. */
export const revSchema = v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1)));

/** The requests about versions. */
export const versionRequests = [
  v.object({ op: v.literal("versions"), path }),
  v.object({ op: v.literal("deleted"), path, recursive: v.optional(v.boolean()) }),
  v.object({ op: v.literal("restore"), path, rev: revSchema }),
  v.object({ op: v.literal("forget"), path, rev: revSchema }),
] as const;

/** Checks a version. */
export const versionSchema = v.object({
  rev: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  path: checkedPath,
  cause: v.picklist(["overwritten", "replaced", "restored", "removed"]),
  atMs: timeMs,
  by: v.pipe(v.string(), v.maxLength(256)),
  bytes: count,
  mtimeMs: timeMs,
  root: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
});

/** Checks a name that has versions and nothing else. */
export const deletedSchema = v.variant("type", [
  v.object({ type: v.literal("file"), version: versionSchema }),
  v.object({
    type: v.literal("dir"),
    folder: v.object({ path: checkedPath, atMs: timeMs, files: count }),
  }),
]);
