/**
 * `GET` and `HEAD` of a file.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import { MAX_SOURCE_CHANGES } from "../../base/limits.ts";
import type { FileInfo } from "../../service/files.ts";
import { versionFiles } from "../../native/version_files.ts";
import type { Answer, Exchange } from "../door/exchange.ts";
import { type ByteRange, parseRanges, type Ranges } from "../http/byte_ranges.ts";
import { allowsRange, judge, preconditionFailed } from "../http/conditions.ts";
import { tagsOf } from "../http/entity_tags.ts";
import { httpDate } from "../http/http_dates.ts";
import { HttpError } from "../http/http_error.ts";
import { contentFields } from "../http/media_types.ts";
import { openContent, type Source } from "./content.ts";
import { digestFields } from "./digest_fields.ts";
import { answerListing } from "./listing.ts";
import { multipart } from "./multipart.ts";
import type { Locate, Place } from "./place.ts";
import { withComparedRoot } from "./version_root.ts";

/** Answers `GET` and `HEAD`: a file, or the listing of a folder. */
export function getAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const place = placeOf(await locate(exchange), exchange);
    for (let changes = 0;; changes++) {
      const info = await factsOf(place, exchange);
      if (info.type === "dir") return await answerListing(exchange, place, info);
      if (place.folder) throw new HttpError(404, `it is not a folder: ${place.path}`);
      try {
        return await answerFile(exchange, place, await withComparedRoot(exchange, place, info));
      } catch (error) {
        const again = hasCode(error, "conflict") && error.retryable;
        if (!again || changes === MAX_SOURCE_CHANGES) throw error;
      }
    }
  };
}

/** The place of the version that the query asks for, if it does. @throws {HttpError} 400. */
function placeOf<P extends Place>(place: P, { query }: Exchange): P {
  const text = query.get("rev");
  if (text === null) return place;
  const rev = Number(text);
  if (!Number.isSafeInteger(rev) || rev < 1) throw new HttpError(400, `no version: ${text}`);
  return { ...place, files: versionFiles(place.files, rev) };
}

/** The facts about a path. A client that may read a file need not be allowed to list it. */
async function factsOf({ files, path }: Place, { signal }: Exchange): Promise<FileInfo> {
  try {
    return await files.stat(path, { signal });
  } catch (error) {
    if (!hasCode(error, "not_allowed")) throw error;
    await using reading = await files.read(path, [], { partial: true, signal });
    return reading.info;
  }
}

async function answerFile(exchange: Exchange, place: Place, info: FileInfo): Promise<Response> {
  const { headers, method, signal } = exchange;
  const fields = new Headers({
    etag: tagsOf(info)[0]!,
    "last-modified": httpDate(info.mtimeMs),
    "cache-control": "no-cache",
    "accept-ranges": "bytes",
  });
  const verdict = judge(headers, info, true);
  if (verdict === "failed") throw preconditionFailed();
  if (verdict === "not modified") return new Response(null, { status: 304, headers: fields });
  const content = contentFields(info.path.split("/").at(-1)!);
  for (const [name, value] of Object.entries(content)) fields.set(name, value);
  for (const [name, value] of await digestFields(exchange, place, info)) fields.set(name, value);
  const source = { files: place.files, path: place.path, info, signal };
  // A range is only defined for GET (RFC 9110, 14.2).
  const ranges = method === "GET" && allowsRange(headers, info, Date.now())
    ? parseRanges(headers.get("range"), info.bytes)
    : "all";
  return await answerRanges(source, ranges, fields, method === "HEAD");
}

async function answerRanges(
  source: Source,
  ranges: Ranges,
  headers: Headers,
  headOnly: boolean,
): Promise<Response> {
  const { info: { bytes } } = source;
  if (ranges === "none") {
    const range = { "content-range": `bytes */${bytes}` };
    throw new HttpError(416, `the file has ${bytes} bytes`, { headers: range });
  }
  if (ranges !== "all" && ranges.length > 1) return multipart(source, ranges, headers);
  const range: ByteRange = ranges === "all" ? { start: 0, end: bytes } : ranges[0]!;
  headers.set("content-length", String(range.end - range.start));
  if (ranges !== "all") {
    headers.set("content-range", `bytes ${range.start}-${range.end - 1}/${bytes}`);
  }
  const body = headOnly ? null : await openContent(source, range);
  return new Response(body, { status: ranges === "all" ? 200 : 206, headers });
}
