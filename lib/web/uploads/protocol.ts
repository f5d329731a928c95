/**
 * The parts of the tus protocol (https://tus.io, version 1.0) that all its answers share.
 *
 * @module
 */

import { MAX_FILE_BYTES } from "../../base/limits.ts";
import type { Answer } from "../door/exchange.ts";
import { asFailedPrecondition } from "../files/put.ts";
import { encodePath } from "../files/web_path.ts";
import { httpDate } from "../http/http_dates.ts";
import { HttpError } from "../http/http_error.ts";
import { CHECKSUM_ALGORITHMS } from "./checksum.ts";
import { expiresMs, isUnnamed, offsetOf, type StoredUpload } from "./stored_upload.ts";

/** The path of the uploads. */
export const UPLOADS_PATH = "/uploads/";
/** The type of a part of a file. */
export const PART_TYPE = "application/offset+octet-stream";

const VERSION = "1.0.0";

/** Header fields of the answer to `OPTIONS`. */
export const TUS_OPTIONS: Readonly<Record<string, string>> = {
  "tus-resumable": VERSION,
  "tus-version": VERSION,
  "tus-extension":
    "creation,creation-with-upload,creation-defer-length,termination,expiration,checksum,block-digests",
  "tus-max-size": String(MAX_FILE_BYTES),
  "tus-checksum-algorithm": CHECKSUM_ALGORITHMS,
};

/** Adds the version to an answer, and requires that of the client, if it has one. */
export function withTus(answer: Answer): Answer {
  return async (exchange) => {
    exchange.fields.set("tus-resumable", VERSION);
    const version = exchange.headers.get("tus-resumable") ?? VERSION;
    if (version !== VERSION) {
      const headers = { "tus-version": VERSION };
      throw new HttpError(412, `this server speaks tus ${VERSION}`, { headers });
    }
    try {
      return await answer(exchange);
    } catch (error) {
      throw asFailedPrecondition(error);
    }
  };
}

/**
 * Parses a number of bytes.
 *
 * @returns `undefined` without the field.
 * @throws {HttpError} 400 for something else, 413 for more than a file can have.
 */
export function bytesIn(headers: Headers, field: string): number | undefined {
  const value = headers.get(field);
  if (value === null) return undefined;
  if (!/^\d{1,16}$/.test(value)) throw new HttpError(400, `invalid ${field}: ${value}`);
  if (Number(value) <= MAX_FILE_BYTES) return Number(value);
  throw new HttpError(413, `a file has at most ${MAX_FILE_BYTES} bytes`);
}

/** Whether the body of a request is a part of a file. */
export function isPart(headers: Headers): boolean {
  return headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() === PART_TYPE;
}

/** The header fields that say how far an upload is, and when it is done, what has become of it. */
export function progressFields(stored: StoredUpload): Record<string, string> {
  const { state, path, root } = stored;
  return {
    "upload-offset": String(offsetOf(stored) - (isUnnamed(stored) ? 1 : 0)),
    "cache-control": "no-store",
    ...(state === "done"
      ? { "content-location": `/files/${encodePath(path)}`, etag: `"${root}"` }
      : { "upload-expires": httpDate(expiresMs(stored)) }),
  };
}
