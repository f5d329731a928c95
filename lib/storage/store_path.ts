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
import { isLongerThan } from "../base/text.ts";

/** A relative path with `/` between names, or `"."`. It cannot lead outside its root. */
export type StorePath = string & { readonly brand: "StorePath" };

/** The served folder. */
export const ROOT: StorePath = "." as StorePath;

/** The folder inside a root for the server's own files. Paths from peers cannot name it. */
export const RESERVED_NAME = ".ftserver";

// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const DRIVE = /^[A-Za-z]:/;

function refuse(path: string, why: string, code: "not_allowed" | "limit" = "not_allowed"): never {
  throw new FtError(code, `path not allowed (${why}): ${path.slice(0, 300)}`, { name: path });
}

function checkName(path: string, name: string): void {
  if (name === "..") refuse(path, "it leaves the root");
  if (isLongerThan(name, MAX_NAME_BYTES)) {
    refuse(path, `a name is longer than ${MAX_NAME_BYTES} bytes`, "limit");
  }
}

/**
 * Checks a path from a peer. `.` names and repeated or trailing slashes are removed; everything else
 * stays as it is (nothing is decoded).
 *
 * @throws `not_allowed` for `..`, an absolute path, a backslash, a drive, a control character, a
 *   lone surrogate or the reserved folder; `limit` for one too long or too deep.
 *
 * @example
 * ```ts
 * import { storePath } from "./store_path.ts";
 *
 * if (storePath("./a//b.txt") !== "a/b.txt") throw new Error();
 * ```
 */
export function storePath(path: string): StorePath {
  if (path === "") refuse(path, "it is empty");
  if (isLongerThan(path, MAX_PATH_BYTES)) {
    refuse(path, `it is longer than ${MAX_PATH_BYTES} bytes`, "limit");
  }
  if (path.startsWith("/")) refuse(path, "it is absolute");
  if (path.includes("\\")) refuse(path, "it has a backslash");
  if (CONTROL.test(path)) refuse(path, "it has a control character");
  if (!path.isWellFormed()) refuse(path, "it is not Unicode text");
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (DRIVE.test(names[0] ?? "")) refuse(path, "it names a drive");
  if (names.length > MAX_PATH_DEPTH) refuse(path, `it is deeper than ${MAX_PATH_DEPTH}`, "limit");
  for (const name of names) checkName(path, name);
  if (foldCase(names[0] ?? "") === RESERVED_NAME) refuse(path, "it is reserved");
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

/**
 * Returns the path of a child of a folder.
 *
 * @param name A single name, checked like a path from a peer.
 */
export function join(dir: StorePath, name: string): StorePath {
  return storePath(dir === "." ? name : `${dir}/${name}`);
}

const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

/**
 * Returns why a path would be invalid on some common file system, or `null`. It is checked before a
 * file is created, so that a folder written on one system can be served on another.
 */
export function portabilityFault(path: StorePath): string | null {
  for (const name of path.split("/")) {
    if (WINDOWS_RESERVED.test(name)) return `"${name}" is reserved on Windows`;
    if (/[<>:"|?*]/.test(name)) return `"${name}" has a character Windows does not allow`;
    if (name !== "." && /[. ]$/.test(name)) return `"${name}" ends with a dot or a space`;
  }
  return null;
}
