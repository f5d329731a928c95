/**
 * Lexical path rules. Only {@linkcode storePath} turns text from a peer into a path for a store.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import { dirname } from "@std/path/posix/dirname";
import { FtError } from "../base/errors.ts";
import { foldCase } from "../base/fold_case.ts";
import { MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_PATH_DEPTH } from "../base/limits.ts";
import { hasUnsafeName, isLongerThan } from "../base/text.ts";

/** A relative path with `/` between names, or `"."`. It cannot lead outside its root. */
export type StorePath = string & { readonly brand: "StorePath" };

/** The served folder. */
export const ROOT: StorePath = "." as StorePath;

/** The folder inside a root for the server's own files. Paths from peers cannot name it. */
export const RESERVED_NAME = ".ftserver";

/** Paths that need no other check: no name of these begins with a dot or has a special character. */
const PLAIN = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/;
/** A path this short is neither too long nor, with at most a name for each two characters, too deep. */
const SHORT_CHARS = 255;

const DRIVE = /^[A-Za-z]:/;

/** Why a text cannot be a path, or `null` if it can. */
export interface PathFault {
  /** A clause such as "it is absolute". */
  readonly why: string;
  readonly code: "not_allowed" | "limit";
}

/**
 * Returns why {@linkcode storePath} refuses a text, or `null`. A path with `..` between backslashes,
 * one that begins with a backslash or names a drive is refused everywhere, because it would leave the
 * root where a backslash separates names.
 */
export function pathFault(path: string): PathFault | null {
  if (isPlain(path)) return null;
  const refused = (why: string) => ({ why, code: "not_allowed" }) as const;
  const limited = (why: string) => ({ why, code: "limit" }) as const;
  if (path === "") return refused("it is empty");
  if (isLongerThan(path, MAX_PATH_BYTES)) {
    return limited(`it is longer than ${MAX_PATH_BYTES} bytes`);
  }
  if (/^[/\\]/.test(path)) return refused("it is absolute");
  if (path.includes("\0")) return refused("it has a NUL character");
  if (!path.isWellFormed()) return refused("it is not Unicode text");
  const names = namesOf(path);
  if (DRIVE.test(names[0] ?? "")) return refused("it names a drive");
  if (names[0]?.startsWith("\\")) return refused("it is absolute");
  if (path.split(/[/\\]/).includes("..")) return refused("it leaves the root");
  if (names.length > MAX_PATH_DEPTH) return limited(`it is deeper than ${MAX_PATH_DEPTH} names`);
  if (names.some((name) => isLongerThan(name, MAX_NAME_BYTES))) {
    return limited(`a name is longer than ${MAX_NAME_BYTES} bytes`);
  }
  return foldCase(names[0] ?? "") === RESERVED_NAME ? refused("it is reserved") : null;
}

function isPlain(path: string): boolean {
  return path.length <= SHORT_CHARS && PLAIN.test(path);
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/**
 * Checks a path from a peer. `.` names and repeated or trailing slashes are removed; everything else
 * stays as it is (nothing is decoded).
 *
 * @throws `not_allowed` for `..`, an absolute path, a drive, a NUL, a lone surrogate or the reserved
 *   folder; `limit` for one too long or too deep.
 *
 * @example
 * ```ts
 * import { storePath } from "./store_path.ts";
 *
 * if (storePath("./a//b.txt") !== "a/b.txt") throw new Error();
 * ```
 */
export function storePath(path: string): StorePath {
  if (isPlain(path)) return path as StorePath;
  const fault = pathFault(path);
  if (fault !== null) {
    const message = `path not allowed (${fault.why}): ${path.slice(0, 300)}`;
    throw new FtError(fault.code, message, { name: path });
  }
  const names = namesOf(path);
  return (names.length === 0 ? "." : names.join("/")) as StorePath;
}

/** Returns the last name of a path; `"."` for the root. */
export function baseName(path: StorePath): string {
  return basename(path);
}

/** Returns the parent folder of a path. */
export function parentOf(path: StorePath): StorePath {
  return dirname(path) as StorePath;
}

/** Returns the folders along a path from the top, itself included, without the root. */
export function steps(path: StorePath): StorePath[] {
  if (path === ROOT) return [];
  const names = path.split("/");
  return names.map((_, i) => names.slice(0, i + 1).join("/") as StorePath);
}

/**
 * Returns the path of a child of a folder.
 *
 * @param name A single name, checked like a path from a peer.
 */
export function join(dir: StorePath, name: string): StorePath {
  return storePath(joinedText(dir, name));
}

/** Joins a folder and a name without checking them, to be displayed or checked. */
export function joinedText(dir: string, name: string): string {
  return dir === "." ? name : `${dir}/${name}`;
}

const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

/**
 * Returns why a path would be invalid on some common file system, or `null`. It is checked before a
 * file is created, so that a folder written on one system can be served on another.
 */
export function portabilityFault(path: StorePath): string | null {
  for (const name of path.split("/")) {
    if (WINDOWS_RESERVED.test(name)) return `"${name}" is reserved on Windows`;
    if (/[<>:"|?*]/.test(name) || hasUnsafeName(name)) {
      return `"${name}" has a character Windows does not allow`;
    }
    if (name !== "." && /[. ]$/.test(name)) return `"${name}" ends with a dot or a space`;
  }
  return null;
}

/** Returns why this system would refuse a path, or take it for another one; `null` if it does not. */
export function localFault(path: StorePath): string | null {
  return Deno.build.os === "windows" ? portabilityFault(path) : null;
}
