/**
 * Uploads to legacy servers: whole files, not verified.
 *
 * @module
 */

import { equals } from "@std/bytes/equals";
import { FtError, hasCode } from "../../base/errors.ts";
import { MAX_DATA_BYTES } from "../../base/limits.ts";
import type { TransferResult } from "../remote/transfer_events.ts";
import type { StreamRequest, UploadRequest } from "../remote/transfers.ts";
import { otherNames } from "../../base/other_names.ts";
import { type LocalFile, openSource } from "../transfer/local_file.ts";
import { lacks, type LegacyServer } from "./legacy_server.ts";

/** Uploads a file. Throws as `Transfers.upload` does. */
export async function upload(
  server: LegacyServer,
  request: UploadRequest,
): Promise<TransferResult> {
  const { name, context: { options } } = request;
  using file = openSource(request);
  try {
    return await store(server, request, file, name);
  } catch (error) {
    if (!hasCode(error, "conflict")) throw error;
    // A refusal in unknown words counts as a conflict but may have another cause.
    const same = await isSame(server, request, file).catch((cause) => {
      if (!hasCode(cause, "not_found")) throw cause;
      return false;
    });
    if (same) return resultOf(request, name, request.source, file.info.size);
    refuseOverwrite(server, request);
    if (options.existing === "rename") return await rename(server, request, file, error);
    throw error;
  }
}

/** @throws `protocol` if the target exists and was to be replaced. */
function refuseOverwrite(
  { dialect }: LegacyServer,
  { context: { options } }: UploadRequest | StreamRequest,
): void {
  if (options.existing === "overwrite") throw lacks(dialect, "way to overwrite a file");
}

async function store(
  server: LegacyServer,
  request: UploadRequest,
  file: LocalFile,
  name: string,
): Promise<TransferResult> {
  request.progress.restart();
  await send(server, request, name, file.pieces(MAX_DATA_BYTES));
  return resultOf(request, name, request.source, file.info.size);
}

/** Sends content under a name. @returns Its size in bytes. */
async function send(
  server: LegacyServer,
  { context: { signal }, progress }: UploadRequest | StreamRequest,
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  if (server.store === undefined) throw lacks(server.dialect, "uploads");
  let bytes = 0;
  const counted = async function* () {
    for await (const piece of content) {
      yield piece;
      bytes += piece.length;
      progress.add(piece.length, piece.length);
    }
  };
  await server.store(name, counted(), { signal });
  return bytes;
}

/** Uploads under the first name that is free. @throws `taken` when none is. */
async function rename(
  server: LegacyServer,
  request: UploadRequest,
  file: LocalFile,
  taken: FtError,
): Promise<TransferResult> {
  for (const other of otherNames(request.name)) {
    try {
      return await store(server, request, file, other);
    } catch (error) {
      if (!hasCode(error, "conflict")) throw error;
    }
  }
  throw taken;
}

/** Whether the server's file has the local content, found by downloading it. */
async function isSame(
  server: LegacyServer,
  { name, context: { signal } }: UploadRequest,
  file: LocalFile,
): Promise<boolean> {
  await using theirs = await server.fetch(name, { signal });
  let at = 0;
  for await (const piece of theirs.pieces) {
    const ours = new Uint8Array(piece.length);
    if (await file.readAt(at, ours) !== piece.length) return false;
    if (!equals(piece, ours)) return false;
    at += piece.length;
  }
  return at === file.info.size;
}

function resultOf(
  { progress: { moved, seconds } }: UploadRequest | StreamRequest,
  name: string,
  path: string,
  bytes: number,
): TransferResult {
  return { op: "put", name, path, bytes, moved, root: "", seconds };
}

/** Uploads a stream. Throws as `Transfers.uploadFrom` does. */
export async function uploadFrom(
  server: LegacyServer,
  request: StreamRequest,
): Promise<TransferResult> {
  const { name, take } = request;
  const content = async function* () {
    yield* take();
  };
  try {
    const bytes = await send(server, request, name, content());
    return resultOf(request, name, "-", bytes);
  } catch (error) {
    if (hasCode(error, "conflict")) refuseOverwrite(server, request);
    throw error;
  }
}
