/**
 * Uploads a stream of unknown length.
 *
 * @module
 */

import { BLOCK_BYTES } from "../../../base/limits.ts";
import { OwnedBlock } from "../../../blocks/block.ts";
import { DigestList } from "../../../blocks/manifest.ts";
import type { Files, Upload } from "../../../service/files.ts";
import { ByteReader } from "../../../wire/byte_reader.ts";
import { contentOptions } from "../../remote/transfer_context.ts";
import type { TransferResult } from "../../remote/transfer_events.ts";
import type { StreamRequest } from "../../remote/transfers.ts";
import { BlockSender } from "./block_send.ts";
import { findTarget, freeTarget } from "./remote_target.ts";

/** Uploads a stream. Throws as `Transfers.uploadFrom` does. */
export async function uploadFromStream(
  files: Files,
  request: StreamRequest,
): Promise<TransferResult> {
  const { context } = request;
  const { existing } = context.options;
  const name = existing === "rename" ? await freeNameFor(files, request) : request.name;
  await using upload = await files.stage(name, {
    precondition: { kind: existing === "overwrite" ? "any" : "absent" },
    ...contentOptions(context),
  });
  try {
    return await sendStream(upload, { ...request, name });
  } catch (error) {
    await upload.abandon().catch(() => {});
    throw error;
  }
}

/** The name itself, or another if it is taken: a stream cannot be sent again under a second name. */
async function freeNameFor(
  files: Files,
  { name, context: { signal } }: StreamRequest,
): Promise<string> {
  const found = await findTarget(files, name, signal);
  return found === null ? name : await freeTarget(files, name, signal);
}

async function sendStream(upload: Upload, request: StreamRequest): Promise<TransferResult> {
  const { name, progress } = request;
  const sender = new BlockSender(upload, request);
  await sender.keepHeld(new DigestList());
  const read = { bytes: 0 };
  const digests = await sender.sendAll(blocksOf(request, read));
  const { bytes } = read;
  const root = digests.root(bytes);
  await upload.commit({ bytes, root });
  const { moved, seconds } = progress;
  return { op: "put", name, path: "-", bytes, moved, root, seconds, verified: "blocks" };
}

async function* blocksOf(
  { take, context: { signal, buffers, hasher } }: StreamRequest,
  read: { bytes: number },
): AsyncGenerator<OwnedBlock> {
  const reader = new ByteReader(take(), BLOCK_BYTES);
  try {
    for (let index = 0;; index++) {
      const piece = await reader.peek(BLOCK_BYTES, signal);
      if (piece.length === 0) return;
      const bytes = buffers.take(piece.length);
      bytes.set(reader.takeBuffered(piece.length)!);
      const hashed = await hasher.digest(bytes);
      read.bytes += piece.length;
      yield new OwnedBlock(buffers, index, hashed.bytes, hashed.digest);
    }
  } finally {
    await reader.cancel();
  }
}
