/**
 * `HEAD`, `PATCH` and `DELETE` of an upload (tus 1.0, core and termination).
 *
 * @module
 */

import type { Login } from "../../dialects/dialect.ts";
import type { Answer, Exchange } from "../door/exchange.ts";
import { HttpError } from "../http/http_error.ts";
import { AnnouncedDigests } from "./block_digests.ts";
import { Checksum } from "./checksum.ts";
import { findUpload, settled, storedOf } from "./found_upload.ts";
import { bytesIn, isPart, PART_TYPE, progressFields } from "./protocol.ts";
import { receivePart } from "./receive_part.ts";
import { offsetOf, type StoredUpload } from "./stored_upload.ts";
import type { Uploads } from "./uploads.ts";

/** Answers how far an upload is. */
export function headAnswer(uploads: Uploads): Answer {
  return async (exchange) => {
    const { stored: { id }, login } = await findUpload(uploads, exchange);
    await withoutWriter(uploads, id, exchange.signal);
    const stored = storedOf(uploads, exchange, login);
    const isFree = !uploads.writers.has(id);
    const now = isFree ? await settled(uploads, login, stored, exchange.signal) : stored;
    const headers = new Headers(progressFields(now));
    const { bytes, facts: { metadata } } = now;
    if (bytes === null) headers.set("upload-defer-length", "1");
    else headers.set("upload-length", String(bytes));
    if (metadata !== null) headers.set("upload-metadata", metadata);
    return new Response(null, { status: 200, headers });
  };
}

/** Waits for the end of a request that was cut; one that goes on is not disturbed. */
async function withoutWriter(uploads: Uploads, id: string, signal: AbortSignal): Promise<void> {
  try {
    using _writer = await uploads.writers.claim(id, signal);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
  }
}

/** Adds a part to an upload. */
export function patchAnswer(uploads: Uploads): Answer {
  return async (exchange) => {
    const { headers, body, signal, draining } = exchange;
    if (!isPart(headers)) throw new HttpError(415, `a part of a file is ${PART_TYPE}`);
    const offset = bytesIn(headers, "upload-offset");
    if (offset === undefined) throw new HttpError(400, "Upload-Offset is missing");
    const checksum = Checksum.in(headers);
    const digests = AnnouncedDigests.in(headers, offset);
    const { stored: { id, path }, login } = await findUpload(uploads, exchange);
    login.requireWrite(path);
    using writer = await uploads.writers.claim(id, signal);
    const stored = await current(uploads, exchange, login);
    requireOffset(stored, offset, offsetOf(stored));
    requireRoom(stored, offset, body.length);
    if (stored.state === "done") return progress(stored);
    const { files } = login;
    const upload = await uploads.open(files, stored, signal);
    try {
      requireOffset(stored, offset, upload.offset);
    } catch (error) {
      uploads.idle.give(id, upload);
      throw error;
    }
    const part = { files, stored, body, checksum, digests, writer, signal, draining };
    await receivePart(uploads, upload, part);
    return progress(uploads.journal.get(id) ?? stored);
  };
}

function progress(stored: StoredUpload): Response {
  return new Response(null, { status: 204, headers: progressFields(stored) });
}

/** The upload as it is now, with the size that the request brings. */
async function current(
  uploads: Uploads,
  exchange: Exchange,
  login: Login,
): Promise<StoredUpload> {
  const { headers, signal } = exchange;
  const stored = await settled(uploads, login, storedOf(uploads, exchange, login), signal);
  const bytes = bytesIn(headers, "upload-length");
  if (bytes === undefined || bytes === stored.bytes) return stored;
  if (stored.bytes !== null) throw new HttpError(400, "Upload-Length is known, and another one");
  if (bytes < offsetOf(stored)) throw new HttpError(400, "Upload-Length is less than has arrived");
  uploads.journal.setBytes(stored.id, bytes);
  // It is opened again, with its size: a quota may have no room for it.
  await uploads.idle.take(stored.id)?.[Symbol.asyncDispose]();
  return { ...stored, bytes };
}

/** @throws {HttpError} 409. */
function requireOffset(stored: StoredUpload, offset: number, is: number): void {
  if (offset === is) return;
  const headers = { "upload-offset": String(is) };
  throw new HttpError(409, `Upload-Offset is ${is}`, { headers, name: stored.path });
}

/** @throws {HttpError} 413. */
function requireRoom(
  { bytes, path }: StoredUpload,
  offset: number,
  partBytes: number | undefined,
): void {
  if (bytes === null || partBytes === undefined || offset + partBytes <= bytes) return;
  const left = bytes - offset;
  throw new HttpError(413, `only ${left} bytes are left of the upload`, { name: path });
}

/** Discards an upload. A file that it has become stays. */
export function deleteAnswer(uploads: Uploads): Answer {
  return async (exchange) => {
    const { stored, login } = await findUpload(uploads, exchange);
    using _writer = await uploads.writers.force(stored.id);
    await uploads.discard(login.files, storedOf(uploads, exchange, login));
    return new Response(null, { status: 204 });
  };
}
