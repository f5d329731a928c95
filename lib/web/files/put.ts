/**
 * `PUT` of a file: staged, and visible at once with its last byte.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import type { FileInfo, Precondition } from "../../service/files.ts";
import type { Answer, Exchange } from "../door/exchange.ts";
import { parseTags, tagsOf } from "../http/entity_tags.ts";
import { preconditionFailed, requireConditions } from "../http/conditions.ts";
import { httpDate } from "../http/http_dates.ts";
import { HttpError } from "../http/http_error.ts";
import { ExpectedDigests } from "./digest_fields.ts";
import { requireParent } from "./parent.ts";
import { type Locate, lookUp, type Place } from "./place.ts";
import { rootOfVersion, withComparedRoot } from "./version_root.ts";
import { storeBody } from "./store_body.ts";

/** Answers `PUT`: 201 for a new file, 204 for a replaced one. */
export function putAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const { headers, body, signal } = exchange;
    if (headers.has("content-range")) {
      throw new HttpError(400, "a part of a file cannot be put: Content-Range");
    }
    const digests = new ExpectedDigests(headers);
    const place = await locate(exchange);
    const before = await existing(place, exchange);
    requireConditions(headers, before);
    if (place.folder || before?.type === "dir") {
      throw new HttpError(405, `it is a folder: ${place.path}`, {
        headers: { allow: "GET, HEAD" },
      });
    }
    await requireParent(place, signal);
    const precondition = await preconditionOf(exchange, place, before);
    const staging = { precondition, signal, bytes: body.length };
    try {
      const info = await storeBody(place, body, digests, staging);
      return stored(info, before === null ? 201 : 204);
    } catch (error) {
      throw precondition.kind === "any" ? error : asFailedPrecondition(error);
    }
  };
}

/** The file to be replaced. A client that may only write need not know. */
export async function existing(
  place: Pick<Place, "files" | "path">,
  exchange: Pick<Exchange, "headers" | "signal">,
): Promise<FileInfo | null> {
  const { signal } = exchange;
  try {
    const info = await lookUp(place.files, place.path, { signal });
    return info && await withComparedRoot(exchange, place, info);
  } catch (error) {
    if (hasCode(error, "not_allowed")) return null;
    throw error;
  }
}

/** The precondition that holds until the content becomes visible, not only when the request begins. */
export async function preconditionOf(
  { headers, signal }: Pick<Exchange, "headers" | "signal">,
  place: Pick<Place, "files" | "path">,
  before: FileInfo | null,
): Promise<Precondition> {
  if (headers.get("if-none-match")?.trim() === "*") return { kind: "absent" };
  const match = parseTags(headers.get("if-match"));
  if (match === undefined || match === "*" || before === null) return { kind: "any" };
  return { kind: "root", root: before.root ?? await rootOfVersion(place, before, signal) };
}

/** Turns the error of a precondition that did not hold at the end into that of the request. */
export function asFailedPrecondition(error: unknown): unknown {
  const failed = hasCode(error, "conflict") && error.kind === undefined;
  return failed && !(error instanceof HttpError) ? preconditionFailed(error) : error;
}

function stored(info: FileInfo, status: 201 | 204): Response {
  const headers = { etag: tagsOf(info)[0]!, "last-modified": httpDate(info.mtimeMs) };
  return new Response(null, { status, headers });
}
