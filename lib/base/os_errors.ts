/**
 * Errors of the operating system and the runtime, translated to error codes.
 *
 * @module
 */

import { type ErrorCode, FtError, notFound } from "./errors.ts";
import { osErrorReason } from "./os_error_reason.ts";
import { sqliteFault } from "./sqlite_errors.ts";

const BY_ERRNO: Record<string, ErrorCode> = {
  ENOENT: "not_found",
  EACCES: "not_allowed",
  EPERM: "not_allowed",
  EROFS: "not_allowed",
  EEXIST: "conflict",
  ENOTEMPTY: "conflict",
  ENOTDIR: "not_found",
  EISDIR: "usage",
  ENAMETOOLONG: "limit",
  EMFILE: "limit",
  ENFILE: "limit",
  EFBIG: "limit",
  EDQUOT: "disk_full",
  ENOSPC: "disk_full",
  ELOOP: "not_allowed",
  ECONNREFUSED: "network",
  ECONNRESET: "network",
  ECONNABORTED: "network",
  EPIPE: "network",
  ETIMEDOUT: "network",
  EHOSTUNREACH: "network",
  ENETUNREACH: "network",
  EADDRNOTAVAIL: "network",
  EADDRINUSE: "conflict",
};

const BY_CLASS: ReadonlyArray<readonly [new (...args: string[]) => Error, ErrorCode]> = [
  [Deno.errors.NotFound, "not_found"],
  [Deno.errors.NotADirectory, "not_found"],
  [Deno.errors.AlreadyExists, "conflict"],
  [Deno.errors.AddrInUse, "conflict"],
  [Deno.errors.PermissionDenied, "not_allowed"],
  [Deno.errors.NotCapable, "not_allowed"],
  [Deno.errors.FilesystemLoop, "not_allowed"],
  [Deno.errors.IsADirectory, "usage"],
  [Deno.errors.ConnectionRefused, "network"],
  [Deno.errors.ConnectionReset, "network"],
  [Deno.errors.ConnectionAborted, "network"],
  [Deno.errors.BrokenPipe, "network"],
  [Deno.errors.TimedOut, "network"],
  [Deno.errors.NetworkUnreachable, "network"],
  [Deno.errors.AddrNotAvailable, "network"],
  [Deno.errors.NotConnected, "network"],
  [Deno.errors.Interrupted, "network"],
  [Deno.errors.BadResource, "network"],
  [Deno.errors.UnexpectedEof, "network"],
];

function errnoOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code);
}

/** Whether the process, or the system, had no free file descriptor; of our errors, the cause decides. */
export function isOutOfDescriptors(error: unknown): boolean {
  const errno = errnoOf(error instanceof FtError ? error.cause : error);
  return errno === "EMFILE" || errno === "ENFILE";
}

/** Whether the peer reset a connection; of our errors, the cause decides. */
export function isReset(error: unknown): boolean {
  const cause = error instanceof FtError ? error.cause : error;
  return cause instanceof Deno.errors.ConnectionReset || errnoOf(cause) === "ECONNRESET";
}

/** The first error, where a clean-up failed after it. */
function firstThrown(thrown: unknown): unknown {
  return thrown instanceof SuppressedError ? firstThrown(thrown.suppressed) : thrown;
}

/** Returns the code for any thrown value; if a clean-up failed after an error, for that error. */
export function codeOf(thrown: unknown): ErrorCode {
  const error = firstThrown(thrown);
  if (error instanceof FtError) return error.code;
  const known = BY_ERRNO[errnoOf(error)];
  if (known !== undefined) return known;
  const fault = sqliteFault(error);
  if (fault !== undefined) return fault.code;
  for (const [type, code] of BY_CLASS) if (error instanceof type) return code;
  return "internal";
}

/**
 * Wraps a thrown value in an {@linkcode FtError}, unless it is one already. If a clean-up failed after
 * an error, the error counts: a peer has to learn why its request failed.
 *
 * @param doing The failed operation, such as "Cannot open a.txt".
 * @param name The file the error is about.
 */
export function asFtError(thrown: unknown, doing?: string, name?: string): FtError {
  const error = firstThrown(thrown);
  if (error instanceof FtError) return error;
  const code = codeOf(error);
  const text = osErrorReason(error);
  if (code === "not_found" && name !== undefined) return notFound(name, error);
  return new FtError(code, doing === undefined ? text : `${doing}: ${text}`, {
    cause: error,
    name,
  });
}
