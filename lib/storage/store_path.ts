/**
 * Path rules, purely lexical: the only way from a peer's text to a path a store accepts.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import { dirname } from "@std/path/posix/dirname";
import { FtError } from "../base/errors.ts";
import { MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_PATH_DEPTH } from "../base/limits.ts";
import { isLongerThan } from "../base/text.ts";

/** A relative path with `/` between plain names, or `"."`: it cannot lead outside its root. */
export type StorePath = string & { readonly brand: "StorePath" };

/** The served folder itself. */
export const ROOT: StorePath = "." as StorePath;

/** The folder inside a root that holds staged files; no peer's path may name it. */
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
 * Checks a peer's path. `.` names and repeated or trailing slashes are dropped; everything else
 * stays letter for letter (nothing is decoded).
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
  if (names[0]?.toLowerCase() === RESERVED_NAME) refuse(path, "it is reserved");
  return (names.length === 0 ? "." : names.join("/")) as StorePath;
}

/** The last name of a path; `"."` for the root. */
export function baseName(path: StorePath): string {
  return basename(path);
}

/** The folder a path is in. */
export function parentOf(path: StorePath): StorePath {
  return dirname(path) as StorePath;
}

/**
 * A path below a folder.
 *
 * @param name One plain name, checked as a peer's would be.
 */
export function join(dir: StorePath, name: string): StorePath {
  return storePath(dir === "." ? name : `${dir}/${name}`);
}

const WINDOWS_RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

/**
 * Why a name could not exist on some common file system, or `null`. Asked before a file is
 * created, so that a folder that grew on one system can be served by another.
 */
export function portabilityFault(path: StorePath): string | null {
  for (const name of path.split("/")) {
    if (WINDOWS_RESERVED.test(name)) return `"${name}" is reserved on Windows`;
    if (/[<>:"|?*]/.test(name)) return `"${name}" has a character Windows does not allow`;
    if (name !== "." && /[. ]$/.test(name)) return `"${name}" ends with a dot or a space`;
  }
  return null;
}
