/**
 * Receives the part of an upload that a request brings.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import { BLOCK_BYTES, SHARED_UPLOAD_STEP_BYTES } from "../../base/limits.ts";
import { anySignal } from "../../base/signals.ts";
import type { Files } from "../../service/files.ts";
import type { RequestBody } from "../http/request_body.ts";
import { HttpError } from "../http/http_error.ts";
import type { AnnouncedDigests } from "./block_digests.ts";
import type { Checksum } from "./checksum.ts";
import type { PartialUpload } from "./partial_upload.ts";
import type { StoredUpload } from "./stored_upload.ts";
import { NO_CONTENT } from "./upload_journal.ts";
import type { Uploads } from "./uploads.ts";
import type { Writer } from "./writers.ts";

/** A part of an upload. */
export interface Part {
  readonly files: Files;
  readonly stored: StoredUpload;
  readonly body: RequestBody;
  readonly checksum: Checksum | undefined;
  readonly digests: AnnouncedDigests;
  readonly writer: Writer;
  readonly signal: AbortSignal;
  /** Aborts when the server stops: the client sends the rest later. */
  readonly draining: AbortSignal;
}

/**
 * Adds a part to an open upload; the file gets its name with the last one. What arrives of a part that
 * is cut counts, unless it has a checksum.
 *
 * @param upload Closed, or kept open for the next request.
 * @throws {HttpError} 460 for a wrong checksum; what the body, staging and the commit throw.
 */
export async function receivePart(
  uploads: Uploads,
  upload: PartialUpload,
  part: Part,
): Promise<void> {
  try {
    await receive(uploads, upload, part);
  } catch (error) {
    // To free its space, everything is discarded that was staged.
    if (hasCode(error, "disk_full")) uploads.journal.shrink(part.stored.id, NO_CONTENT);
    throw error;
  }
}

async function receive(uploads: Uploads, upload: PartialUpload, part: Part): Promise<void> {
  const { files, stored, checksum, digests, signal } = part;
  await using stack = new AsyncDisposableStack();
  stack.use(upload);
  const error = await upload.append(readFrom(uploads, part), digests, checksum === undefined);
  if (error !== undefined && checksum !== undefined) throw error;
  checksum?.check();
  if (!upload.complete) {
    await upload.settle();
    await uploads.share(stored.id);
    stack.move();
    uploads.idle.give(stored.id, upload);
    if (error !== undefined) throw error;
    return;
  }
  try {
    await requireEnd(part.body);
    await upload.commit(signal, digests.root);
  } catch (error) {
    await stack.disposeAsync();
    throw await uploads.failed(files, stored, error);
  }
  await uploads.share(stored.id);
}

function readFrom(
  uploads: Uploads,
  { stored: { id, blocks }, body, checksum, writer, draining }: Part,
) {
  const stop = anySignal(writer.signal, draining);
  let [arrived, sharedAt] = [blocks * BLOCK_BYTES, blocks * BLOCK_BYTES];
  return async (max: number) => {
    if (draining.aborted) throw stopping();
    try {
      const piece = await writer.arrival(body.readSome(max, stop));
      if (piece !== null) checksum?.update(piece);
      arrived += piece?.length ?? 0;
      // A record has all digests: the larger the upload, the rarer they are written.
      if (arrived - sharedAt >= Math.max(SHARED_UPLOAD_STEP_BYTES, sharedAt / 16)) {
        uploads.shareBehind(id);
        sharedAt = arrived;
      }
      return piece;
    } catch (error) {
      throw draining.aborted ? stopping() : error;
    }
  };
}

function stopping(): FtError {
  return new FtError("limit", "the server is stopping", { retryable: true });
}

async function requireEnd(body: RequestBody): Promise<void> {
  if (body.ended || await body.readSome(1) === null) return;
  throw new HttpError(413, "the request has more bytes than are left of the upload");
}
