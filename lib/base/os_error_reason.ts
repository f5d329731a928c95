/**
 * The reasons of errors of the operating system and the runtime, in words for users.
 *
 * @module
 */

import { sqliteFault } from "./sqlite_errors.ts";

/** Reasons by the name of the error number (POSIX `errno.h`). */
const BY_ERRNO: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  EEXIST: "it exists already",
  ENOTEMPTY: "the folder is not empty",
  ENOTDIR: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  EINVAL: "the system does not accept it",
  EIO: "the disk reports an error",
  EBUSY: "it is in use",
  ETXTBSY: "it is a program that runs",
  EXDEV: "it is on another file system",
  ESTALE: "the network file system has lost it",
  ENAMETOOLONG: "name too long",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  EFBIG: "file too large",
  EDQUOT: "the disk quota is used up",
  ENOSPC: "disk full",
  ELOOP: "too many links",
  EADDRINUSE: "the address is in use",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  ECONNABORTED: "connection aborted",
  EPIPE: "the connection is closed",
  ETIMEDOUT: "no answer",
};

/** The runtime's message for an operation without permission, and for one that needs them all. */
const NOT_CAPABLE = /^Requires (?<kind>[a-z]+) access(?: to (?<what>.+?))?, run again/;

/** Returns the reason of an error with a known number. It contains no path. */
export function errnoReason(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? BY_ERRNO[code] : undefined;
}

/** Returns the reason of any thrown value, without advice about flags of the runtime. */
export function osErrorReason(error: unknown): string {
  const known = errnoReason(error) ?? sqliteFault(error)?.reason;
  if (known !== undefined) return known;
  const message = (error as { message?: unknown } | null | undefined)?.message;
  if (typeof message !== "string") return String(error);
  const denied = NOT_CAPABLE.exec(message)?.groups;
  if (denied === undefined) return message.replace(/ \(os error \d+\).*$/s, "");
  const what = denied.what === undefined ? "" : ` to ${denied.what}`;
  return `this program was started without ${denied.kind} access${what}`;
}
