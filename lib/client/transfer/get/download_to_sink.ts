/**
 * Downloads a file into a stream: blocks in order, each verified before it is written.
 *
 * @module
 */

import { FtError, protocolError } from "../../../base/errors.ts";
import { BLOCK_BYTES, BLOCKS_IN_FLIGHT, MAX_BLOCK_REPAIRS } from "../../../base/limits.ts";
import { isIntact } from "../../../blocks/block.ts";
import { blockCount } from "../../../blocks/manifest.ts";
import type { Block, Files } from "../../../service/files.ts";
import { requireSnapshot } from "./snapshot.ts";
import { contentOptions } from "../../remote/transfer_context.ts";
import type { TransferResult } from "../../remote/transfer_events.ts";
import type { SinkRequest } from "../../remote/transfers.ts";

/**
 * Downloads a file into a stream, starting after the last block that was written.
 *
 * @throws `conflict` when the file changed after content was written, `integrity`.
 */
export async function downloadToSink(
  files: Files,
  request: SinkRequest,
): Promise<TransferResult> {
  const { name, progress, written } = request;
  for (let damaged = 0; !isComplete(request);) {
    const index = await writeRound(files, request);
    if (index !== undefined) reportDamage(request, index, damaged++);
    else if (!isComplete(request)) throw protocolError(`blocks of ${name} are missing`);
  }
  const bytes = written.info!.bytes;
  const { moved, seconds } = progress;
  const root = written.digests.root(bytes);
  return { op: "get", name, path: "-", bytes, moved, root, seconds, verified: "blocks" };
}

function isComplete({ written: { info, bytes } }: SinkRequest): boolean {
  return info !== undefined && bytes === info.bytes;
}

/** Writes blocks until the end or the first damaged one, whose number it returns. */
async function writeRound(files: Files, request: SinkRequest): Promise<number | undefined> {
  const { name, context, progress, writer, borrows, written } = request;
  const { info } = written;
  const { signal, options: { snapshot } } = context;
  const next = Math.ceil(written.bytes / BLOCK_BYTES);
  const rest = info && [{ start: next, end: blockCount(info.bytes) }];
  const bytes = snapshot ? (info ?? await files.stat(name, { signal })).bytes : undefined;
  const revision = snapshot ? undefined : info?.revision;
  const options = { revision, bytes, ...contentOptions(context) };
  const begun = info === undefined ? await request.opened?.take(name) : undefined;
  await using reading = begun ?? await files.read(name, rest, options);
  requireSnapshot(reading.info, bytes);
  written.info ??= reading.info;
  for await (const { block, intact } of verified(reading.blocks, request)) {
    using _block = block;
    const { index, bytes, digest, wireBytes = bytes.length } = block;
    if (!intact) return index;
    await writer.write(borrows ? bytes : bytes.slice());
    written.digests.set(index, digest);
    written.bytes += bytes.length;
    progress.add(bytes.length, wireBytes);
  }
  return undefined;
}

/** Blocks in order with their verdicts, several hashed at once. */
async function* verified(
  blocks: AsyncIterable<Block>,
  { context }: SinkRequest,
): AsyncGenerator<{ block: Block; intact: boolean }> {
  const running: Promise<{ block: Block; intact: boolean }>[] = [];
  try {
    for await (const block of blocks) {
      running.push(isIntact(context.hasher, block).then((intact) => ({ block, intact })));
      if (running.length >= BLOCKS_IN_FLIGHT / 2) yield await running.shift()!;
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    for (const { block } of await Promise.all(running)) block[Symbol.dispose]();
  }
}

function reportDamage({ name, context }: SinkRequest, index: number, before: number): void {
  if (before === MAX_BLOCK_REPAIRS) {
    const message = `block ${index} of ${name} is damaged at its source`;
    throw new FtError("integrity", message, { name });
  }
  const text = `block ${index} of ${name} arrived damaged: fetching again`;
  context.onEvent({ kind: "notice", text });
}
