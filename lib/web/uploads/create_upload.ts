/**
 * `POST /uploads/`: creates an upload (tus 1.0, creation).
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import type { Answer } from "../door/exchange.ts";
import { HttpError } from "../http/http_error.ts";
import { AnnouncedDigests } from "./block_digests.ts";
import { Checksum } from "./checksum.ts";
import { ownerOf } from "./found_upload.ts";
import { bytesIn, isPart, PART_TYPE, progressFields, UPLOADS_PATH } from "./protocol.ts";
import { receivePart } from "./receive_part.ts";
import type { StoredUpload } from "./stored_upload.ts";
import { NO_CONTENT } from "./upload_journal.ts";
import { uploadFacts } from "./upload_metadata.ts";
import { targetFor } from "./upload_target.ts";
import type { Uploads } from "./uploads.ts";

const ID_BYTES = 24;

/** Answers with the URL of a new upload. The request may bring its first part, or all of it. */
export function createAnswer(uploads: Uploads): Answer {
  return async (exchange) => {
    const { headers, body, signal, draining } = exchange;
    const facts = uploadFacts(headers.get("upload-metadata"));
    const bytes = sizeIn(headers, body.length);
    const checksum = Checksum.in(headers);
    const digests = AnnouncedDigests.in(headers, 0);
    if (!body.ended && !isPart(headers)) {
      throw new HttpError(415, `a part of a file is ${PART_TYPE}`);
    }
    const login = await exchange.login();
    login.requireWrite(facts.name);
    const { files } = login;
    const stored: StoredUpload = {
      ...{ id: randomBytes(ID_BYTES).toString("base64url"), owner: ownerOf(exchange, login) },
      ...{ bytes, usedMs: Date.now(), ...NO_CONTENT, state: "open", root: null },
      ...await targetFor(files, facts, exchange),
    };
    await uploads.makeRoom(files, stored.owner);
    using writer = await uploads.writers.force(stored.id);
    // It is staged at once, so that what is not possible is refused before any content is sent.
    const upload = await uploads.open(files, stored, signal);
    try {
      uploads.journal.add(stored);
      const part = { files, stored, body, checksum, digests, writer, signal, draining };
      await receivePart(uploads, upload, part);
    } catch (error) {
      // The client does not know its URL.
      await uploads.discard(files, stored);
      throw error;
    }
    const fields = progressFields(uploads.journal.get(stored.id) ?? stored);
    const location = UPLOADS_PATH + stored.id;
    return new Response(null, { status: 201, headers: { ...fields, location } });
  };
}

/** @returns `null` for a size that the client says later. @throws {HttpError} 400, 413. */
function sizeIn(headers: Headers, partBytes: number | undefined): number | null {
  const bytes = bytesIn(headers, "upload-length");
  const deferred = headers.get("upload-defer-length");
  if (deferred !== null && (deferred !== "1" || bytes !== undefined)) {
    throw new HttpError(400, "Upload-Defer-Length is 1, and there is no Upload-Length with it");
  }
  if (bytes === undefined && deferred === null) {
    throw new HttpError(400, "Upload-Length is missing");
  }
  if (bytes !== undefined && partBytes !== undefined && partBytes > bytes) {
    throw new HttpError(413, "the request has more bytes than Upload-Length");
  }
  return bytes ?? null;
}
