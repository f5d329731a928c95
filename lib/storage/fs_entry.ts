/**
 * What the operating system says of a name or an open file, reduced to what the store needs.
 *
 * @module
 */

import type { Stats } from "node:fs";
import { type ErrorCode, FtError } from "../base/errors.ts";
import { lstatOrNull } from "../base/missing_files.ts";
import { codeOf } from "../base/os_errors.ts";
import type { StoreEntry } from "./store.ts";
import type { StorePath } from "./store_path.ts";

/** Facts about a file, from its name (never through a link) or from the open file. */
export interface Facts {
  /** What it is; `special` is anything one cannot simply read, as a pipe or a device. */
  readonly kind: "file" | "dir" | "link" | "special";
  /** Size as the system gives it. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
  /** When name, mode or content last changed, in whole seconds; `null` where it is not kept. */
  readonly ctimeMs: number | null;
  /** When it was made, in milliseconds since 1970; `null` where it is not kept. */
  readonly birthMs: number | null;
  /** The device it is on. */
  readonly device: number;
  /** Its number on the device. */
  readonly inode: number;
  /** Names of this file. */
  readonly links: number;
  /** Permission and type bits, as on POSIX. */
  readonly mode: number;
}

function kindOf(file: boolean, dir: boolean, link: boolean): Facts["kind"] {
  if (link) return "link";
  if (file) return "file";
  return dir ? "dir" : "special";
}

/**
 * Looks at a name without following it.
 *
 * @returns `null` when nothing is there, or when a name above it is no folder.
 */
export function look(at: string): Facts | null {
  const info = lstatOrNull(at);
  return info && {
    kind: kindOf(info.isFile, info.isDirectory, info.isSymlink),
    bytes: info.size,
    mtimeMs: info.mtime?.getTime() ?? 0,
    ctimeMs: info.ctime?.getTime() ?? null,
    birthMs: info.birthtime?.getTime() ?? null,
    device: info.dev,
    inode: info.ino ?? 0,
    links: info.nlink ?? 1,
    mode: info.mode ?? 0o644,
  };
}

/** The same of an open file. */
export function factsOf(stats: Stats): Facts {
  return {
    kind: kindOf(stats.isFile(), stats.isDirectory(), stats.isSymbolicLink()),
    bytes: stats.size,
    mtimeMs: stats.mtime?.getTime() ?? 0,
    ctimeMs: stats.ctime?.getTime() ?? null,
    birthMs: stats.birthtime?.getTime() ?? null,
    device: stats.dev,
    inode: stats.ino,
    links: stats.nlink,
    mode: stats.mode,
  };
}

/** Whether both are the same file on the same device, under whatever name. */
export function sameFile(a: Facts, b: Facts): boolean {
  return a.inode === b.inode && a.device === b.device;
}

/**
 * Names one version of a file. Time of change and of birth are in it because size and mtime can be
 * set at will and an inode's number is used again.
 */
function revisionOf(facts: Facts): string {
  const parts = [facts.bytes, facts.mtimeMs, facts.inode, facts.ctimeMs ?? 0, facts.birthMs ?? 0];
  return parts.map((n) => n.toString(36)).join("-");
}

/** A file or folder as the store shows it. */
export function entryOf(path: StorePath, facts: Facts): StoreEntry {
  const file = facts.kind === "file";
  return {
    path,
    type: file ? "file" : "dir",
    bytes: file ? facts.bytes : 0,
    mtimeMs: facts.mtimeMs,
    executable: file && (facts.mode & 0o100) !== 0,
    revision: file ? revisionOf(facts) : "",
  };
}

const REASONS: Partial<Record<ErrorCode, string>> = {
  not_found: "not found",
  not_allowed: "permission denied",
  conflict: "it exists or is not empty",
  disk_full: "disk full",
  limit: "name too long or too many open files",
};

/**
 * Wraps what the operating system threw. Its text goes to the cause only: it names the folder that
 * is served, which is no peer's business.
 *
 * @param doing What failed, as "write".
 */
export function storeError(error: unknown, doing: string, path: string): FtError {
  if (error instanceof FtError) return error;
  const code = codeOf(error);
  const message = code === "not_found"
    ? `not found: ${path}`
    : `cannot ${doing} ${path}: ${REASONS[code] ?? "the file system failed"}`;
  return new FtError(code, message, { name: path, cause: error });
}
