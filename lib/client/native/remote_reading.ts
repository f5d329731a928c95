/**
 * Reads blocks of a file over a native connection.
 *
 * @module
 */

import { AsyncQueue } from "../../base/async_queue.ts";
import { protocolError } from "../../base/errors.ts";
import { grouped } from "../../base/grouped.ts";
import { MAX_RANGES } from "../../base/limits.ts";
import type { OwnedBlock } from "../../blocks/block.ts";
import type { BlockBuffers } from "../../blocks/buffers.ts";
import { blockCount, blockLength, indexesOf } from "../../blocks/manifest.ts";
import { BlockAssembler } from "../../native/block_stream.ts";
import { decodeItems } from "../../native/items.ts";
import { uint32s } from "../../native/messages.ts";
import { fileInfoSchema, type Request } from "../../native/schemas.ts";
import type { BlockRange, FileInfo, ReadOptions } from "../../service/files.ts";
import type { LaneReading } from "../remote/lanes.ts";
import { requirePath } from "./requested_path.ts";
import type { NativeClient } from "./native_client.ts";

/** Reads blocks. Too many ranges for one request are split over several, of the same revision. */
export async function openReading(
  client: NativeClient,
  buffers: BlockBuffers,
  path: string,
  ranges: readonly BlockRange[] | undefined,
  options: ReadOptions,
): Promise<LaneReading> {
  if (ranges === undefined || ranges.length <= MAX_RANGES) {
    return await readOnce(client, buffers, path, ranges, options);
  }
  const [first, ...rest] = grouped(ranges, MAX_RANGES, Infinity, () => 0);
  const reading = await readOnce(client, buffers, path, first, options);
  // A file that may grow has no revision to keep to.
  const revision = options.bytes === undefined ? reading.info.revision : undefined;
  let end = Infinity;
  let last = reading;
  const endBefore = (block: number) => {
    end = Math.min(end, block);
    last.endBefore(block);
  };
  return { ...reading, blocks: all(), endBefore };

  async function* all(): AsyncGenerator<OwnedBlock> {
    yield* reading.blocks;
    for (const group of rest) {
      if (group[0]!.start >= end) return;
      await using more = await readOnce(client, buffers, path, group, { ...options, revision });
      last = more;
      if (end < Infinity) more.endBefore(end);
      yield* more.blocks;
    }
  }
}

interface BlockReading extends LaneReading {
  readonly blocks: AsyncIterable<OwnedBlock>;
}

async function readOnce(
  client: NativeClient,
  buffers: BlockBuffers,
  path: string,
  ranges: readonly BlockRange[] | undefined,
  { signal, revision, rev, bytes, compress, transfer }: ReadOptions,
): Promise<BlockReading> {
  const request: Request = {
    op: "read",
    path,
    ranges: ranges?.map(({ start, end }) => [start, end]),
    revision,
    rev,
    bytes,
    compress: compress || undefined,
    transfer,
  };
  const blocks = new AsyncQueue<OwnedBlock>();
  const info = Promise.withResolvers<FileInfo>();
  const call = await client.call(
    request,
    {
      ITEM: (payload, exchange) => {
        info.resolve(onlyInfo(path, payload));
        exchange.consumed(payload.length);
        const assembler = new BlockAssembler(exchange, buffers, (block) => {
          if (!blocks.push(block)) block[Symbol.dispose]();
        });
        exchange.handle(assembler.handlers);
      },
    },
    signal,
    true,
  );
  call.reply.then(() => {
    info.reject(protocolError("the server ended a read before its first frame"));
    blocks.close();
  }, (error) => {
    info.reject(error);
    blocks.fail(error);
  });
  const found = await info.promise;
  let end = Infinity;
  return {
    info: found,
    blocks: expected(blocks, found, { ranges, end: () => end }),
    endBefore: (block) => {
      end = Math.min(end, block);
      call.exchange.send("UPTO", uint32s(block)).catch(() => {}); // It has ended.
    },
    [Symbol.asyncDispose]: () => {
      client.cancel(call);
      for (const block of blocks.drain()) block[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

function onlyInfo(path: string, payload: Uint8Array): FileInfo {
  const [info] = decodeItems(fileInfoSchema, payload);
  if (info === undefined) throw protocolError("a read started without its file");
  requirePath(path, info.path);
  return info;
}

/** The blocks of a request; it may end before `end`. */
interface Expected {
  readonly ranges: readonly BlockRange[] | undefined;
  readonly end: () => number;
}

/** Checks that exactly the requested blocks arrive, each with the right length. */
async function* expected(
  blocks: AsyncIterable<OwnedBlock>,
  { path, bytes }: FileInfo,
  { ranges = [{ start: 0, end: blockCount(bytes) }], end }: Expected,
): AsyncGenerator<OwnedBlock> {
  const wanted = indexesOf(ranges);
  for await (const block of blocks) {
    const { index, bytes: { length } } = block;
    if (index !== wanted.next().value || length !== blockLength(bytes, index)) {
      block[Symbol.dispose]();
      throw protocolError(`a block of ${path} was not requested`);
    }
    yield block;
  }
  const { value: next = Infinity } = wanted.next();
  if (next < end()) throw protocolError(`blocks of ${path} are missing`);
}
