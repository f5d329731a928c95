/**
 * An upload from a stream of unknown length.
 *
 * @module
 */

import { BLOCK_BYTES } from "../../../base/limits.ts";
import { FtError, hasCode } from "../../../base/errors.ts";
import { OwnedBlock } from "../../../blocks/block.ts";
import type { Precondition } from "../../../service/files.ts";
import { ByteReader } from "../../../wire/byte_reader.ts";
import type { TransferResult } from "../../remote/transfer_events.ts";
import type { Link } from "../../remote/link.ts";
import { contentOptions, Progress, type TransferContext } from "../transfer_context.ts";
import { BlockSender } from "./block_send.ts";
import { blockCount, DigestList, rootOf } from "../../../blocks/manifest.ts";

/**
 * Uploads a stream. Content that has been read cannot be read again, so a lost connection is final.
 *
 * @throws `conflict` when the target exists and may not be replaced.
 */
export async function putFromStream(
  link: Link,
  input: ReadableStream<Uint8Array>,
  name: string,
  parts: TransferContext,
): Promise<TransferResult> {
  const progress = new Progress(parts.onEvent, "put", name, undefined);
  let begun = false;
  return await link.use(async ({ files }) => {
    if (begun) throw new FtError("network", "the connection was lost", { retryable: false });
    await using upload = await files.stage(name, {
      precondition: precondition(parts),
      ...contentOptions(parts),
    });
    begun = true;
    const meter = { bytes: 0 };
    try {
      const job = { source: "-", name, token: upload.token };
      const sender = new BlockSender(upload, job, parts, progress);
      await sender.keepHeld(new DigestList());
      const digests = await sender.sendAll(blocksOf(input, parts, meter));
      const { bytes } = meter;
      const root = rootOf(digests.concat(blockCount(bytes)), bytes);
      await upload.commit({ bytes, root });
      const { moved, seconds } = progress;
      return { op: "put", name, path: "-", bytes, moved, root, seconds, verified: "blocks" };
    } catch (error) {
      await upload.abandon().catch(() => {});
      if (!hasCode(error, "network")) throw error;
      throw new FtError("network", error.message, { cause: error, retryable: false });
    }
  });
}

function precondition({ options }: TransferContext): Precondition {
  return { kind: options.existing === "overwrite" ? "any" : "absent" };
}

async function* blocksOf(
  input: ReadableStream<Uint8Array>,
  parts: TransferContext,
  meter: { bytes: number },
): AsyncGenerator<OwnedBlock> {
  const reader = new ByteReader(input, BLOCK_BYTES);
  try {
    for (let index = 0;; index++) {
      const piece = await reader.peek(BLOCK_BYTES, parts.signal);
      if (piece.length === 0) return;
      const bytes = parts.buffers.take(piece.length);
      bytes.set(reader.takeBuffered(piece.length)!);
      const hashed = await parts.hasher.digest(bytes);
      meter.bytes += piece.length;
      yield new OwnedBlock(parts.buffers, index, hashed.bytes, hashed.digest);
    }
  } finally {
    await reader.cancel();
  }
}
