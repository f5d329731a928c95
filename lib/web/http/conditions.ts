/**
 * Preconditions of requests (RFC 9110, 13).
 *
 * @module
 */

import type { FileInfo } from "../../service/files.ts";
import { matchesTag, parseTags } from "./entity_tags.ts";
import { HttpError } from "./http_error.ts";
import { parseHttpDate, wholeSeconds } from "./http_dates.ts";

/** The result of the preconditions of a request. */
export type Verdict = "go" | "not modified" | "failed";

/**
 * Evaluates the preconditions in their order (RFC 9110, 13.2.2).
 *
 * @param info The file; `null` if there is none.
 * @param reading Whether the request is `GET` or `HEAD`.
 * @throws {HttpError} 400 for invalid tags.
 */
export function judge(headers: Headers, info: FileInfo | null, reading: boolean): Verdict {
  const match = parseTags(headers.get("if-match"));
  if (match !== undefined) {
    if (info === null || !matchesTag(match, info, true)) return "failed";
  } else {
    const sinceMs = parseHttpDate(headers.get("if-unmodified-since"));
    if (sinceMs !== undefined && (info === null || isNewer(info, sinceMs))) return "failed";
  }
  const noneMatch = parseTags(headers.get("if-none-match"));
  if (noneMatch !== undefined) {
    if (info === null || !matchesTag(noneMatch, info, false)) return "go";
    return reading ? "not modified" : "failed";
  }
  const sinceMs = reading ? parseHttpDate(headers.get("if-modified-since")) : undefined;
  const same = sinceMs !== undefined && info !== null && !isNewer(info, sinceMs);
  return same ? "not modified" : "go";
}

function isNewer({ mtimeMs }: FileInfo, ms: number): boolean {
  return wholeSeconds(mtimeMs) > ms;
}

/** @throws {HttpError} 412 if the preconditions of a change do not hold. */
export function requireConditions(headers: Headers, info: FileInfo | null): void {
  if (judge(headers, info, false) === "failed") throw preconditionFailed();
}

/** Creates the error for a precondition that does not hold. */
export function preconditionFailed(cause?: unknown): HttpError {
  return new HttpError(412, "the precondition of the request does not hold", { cause });
}

/**
 * Whether `If-Range` lets a range be sent: the client's part is of the same content.
 *
 * A date is no strong validator within the second of a change, so only an older one counts.
 */
export function allowsRange(headers: Headers, info: FileInfo, nowMs: number): boolean {
  const field = headers.get("if-range");
  if (field === null) return true;
  if (/^(W\/)?"/.test(field)) return matchesTag(parseTags(field)!, info, true);
  const ms = parseHttpDate(field);
  return ms !== undefined && ms === wholeSeconds(info.mtimeMs) && nowMs - info.mtimeMs > 2000;
}
