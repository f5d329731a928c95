/**
 * Facts about names and open files, reduced to what the store needs.
 *
 * @module
 */

import type { Stats } from "node:fs";
import { type ErrorCode, FtError, notFound } from "../base/errors.ts";
import { SETTLED_AFTER_MS } from "../base/limits.ts";
import { lstatOrNull } from "../base/missing_files.ts";
import { errnoReason } from "../base/os_error_reason.ts";
import { codeOf, isOutOfDescriptors } from "../base/os_errors.ts";
import { bitsOf } from "./permission_bits.ts";
import type { StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";

/** Facts about a file, from its name (without following a link) or from its descriptor. */
export interface Facts {
  /** The type; `special` is anything else, such as a pipe or a device. */
  readonly kind: "file" | "dir" | "link" | "special";
  /** Size in bytes, as the system reports it. */
  readonly bytes: number;
  /** Time of the last change of the content, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** Time of the last change of any kind, in whole seconds; `null` where it is not stored. */
  readonly ctimeMs: number | null;
  /** Time of creation, in milliseconds since 1970; `null` where it is not stored. */
  readonly birthMs: number | null;
  /** The device number. */
  readonly device: number;
  /** The inode number. */
  readonly inode: number;
  /** Number of hard links. */
  readonly links: number;
  /** Permission and type bits, as on POSIX. */
  readonly mode: number;
  /** The number of its owner; `null` where there is none. */
  readonly owner: number | null;
  /** The number of its group; `null` where there is none. */
  readonly group: number | null;
}

function kindOf(file: boolean, dir: boolean, link: boolean): Facts["kind"] {
  if (link) return "link";
  if (file) return "file";
  return dir ? "dir" : "special";
}

/**
 * Looks at a name without following a link.
 *
 * @returns `null` if nothing has the name, or a name above it is not a folder.
 */
export function look(at: string): Facts | null {
  const info = lstatOrNull(at);
  return info && factsIn(info);
}

/**
 * Looks at a name that must exist.
 *
 * @param follow Whether links are followed.
 * @throws What the operating system reports.
 */
export function factsAt(at: string, follow: boolean): Facts {
  return factsIn(follow ? Deno.statSync(at) : Deno.lstatSync(at));
}

function factsIn(info: Deno.FileInfo): Facts {
  return {
    kind: kindOf(info.isFile, info.isDirectory, info.isSymlink),
    bytes: info.size,
    mtimeMs: info.mtime?.getTime() ?? 0,
    ctimeMs: info.ctime?.getTime() ?? null,
    birthMs: info.birthtime?.getTime() ?? null,
    device: info.dev,
    inode: info.ino ?? 0,
    links: info.nlink ?? 1,
    mode: info.mode ?? 0o644,
    owner: info.uid,
    group: info.gid,
  };
}

/** Converts the facts about an open file. */
export function factsOf(stats: Stats): Facts {
  return {
    kind: kindOf(stats.isFile(), stats.isDirectory(), stats.isSymbolicLink()),
    bytes: stats.size,
    // The dates that the runtime makes of times before 1970 are a millisecond late.
    mtimeMs: Math.trunc(stats.mtimeMs ?? 0),
    ctimeMs: truncated(stats.ctimeMs),
    birthMs: truncated(stats.birthtimeMs),
    device: stats.dev,
    inode: stats.ino,
    links: stats.nlink,
    mode: stats.mode,
    owner: stats.uid,
    group: stats.gid,
  };
}

function truncated(ms: number | null | undefined): number | null {
  return typeof ms === "number" ? Math.trunc(ms) : null;
}

/** Whether both are the same file, perhaps under different names. */
export function sameFile(a: Facts, b: Facts): boolean {
  return a.inode === b.inode && a.device === b.device;
}

/**
 * Identifies a version of a file. It includes the times of change and creation, because size and
 * mtime can be set at will and inode numbers are reused.
 */
function revisionOf(facts: Facts): string {
  const { bytes, mtimeMs, inode, ctimeMs, birthMs } = facts;
  const file = `${bytes.toString(36)}-${mtimeMs.toString(36)}-${inode.toString(36)}`;
  return `${file}-${(ctimeMs ?? 0).toString(36)}-${(birthMs ?? 0).toString(36)}`;
}

/**
 * From when on a change of the file is sure to change its revision. Where only the time of the last
 * change of the content is stored, that can be set at will, but usually is not.
 */
function settledMsOf({ ctimeMs, mtimeMs }: Facts): number {
  return (ctimeMs ?? mtimeMs) + SETTLED_AFTER_MS;
}

/** Identifies the version of a file, and says from when on that is certain. */
export function versionOf(facts: Facts): Required<Pick<StoreEntry, "revision" | "settledMs">> {
  return { revision: revisionOf(facts), settledMs: settledMsOf(facts) };
}

/** Converts facts to an entry of the store. */
export function entryOf(path: StorePath, facts: Facts): StoreEntry {
  const file = facts.kind === "file";
  return {
    path,
    type: file ? "file" : "dir",
    bytes: file ? facts.bytes : 0,
    mtimeMs: facts.mtimeMs,
    executable: file && (facts.mode & 0o100) !== 0,
    mode: bitsOf(facts.mode),
    ...(file ? versionOf(facts) : { revision: "" }),
  };
}

const REASONS: Partial<Record<ErrorCode, string>> = {
  not_allowed: "permission denied",
  conflict: "it exists or is not empty",
  disk_full: "disk full",
};

/**
 * Wraps an error of the operating system. Its text is kept in the cause only, because it contains the
 * path of the served folder, which peers must not see.
 *
 * @param doing The failed operation, such as "write".
 */
export function storeError(error: unknown, doing: string, path: string): FtError {
  if (error instanceof FtError) return error;
  const code = codeOf(error);
  if (code === "not_found") return notFound(path, error);
  const reason = errnoReason(error) ?? REASONS[code] ?? "the file system failed";
  return new FtError(code, `cannot ${doing} ${path}: ${reason}`, {
    ...{ name: path, cause: error },
    // A server may have free descriptors later.
    retryable: code === "network" || isOutOfDescriptors(error),
  });
}

/** Does the same as {@linkcode look}, with errors that a peer may see. */
export function lookFor(path: string, at: string): Facts | null {
  try {
    return look(at);
  } catch (error) {
    throw storeError(error, "look at", path);
  }
}
