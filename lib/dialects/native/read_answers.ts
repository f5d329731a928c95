/**
 * Answers that stream to the client: listings, manifests, blocks and batches of small files.
 *
 * @module
 */

import { batchesOf } from "../../base/batched.ts";
import { ErrorList } from "../../base/error_list.ts";
import { FtError } from "../../base/errors.ts";
import { DIGESTS_FLUSH_FILES, KEEPALIVE_MS } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import { hasUnsafeName } from "../../base/text.ts";
import { eachDigest } from "../../blocks/manifest.ts";
import { BLOCK_COST, sendBlock } from "../../native/block_stream.ts";
import type { Exchange } from "../../native/exchange.ts";
import { DigestRuns } from "../../native/digest_runs.ts";
import { type FolderDigest, folderDigests } from "../../native/folder_digests.ts";
import { encodeInfoResult } from "../../native/info_results.ts";
import { ItemSender } from "../../native/items.ts";
import { nameOf } from "../../native/listed_names.ts";
import { decodeUpTo, encodeJson } from "../../native/messages.ts";
import { packedHead, PackSender } from "../../native/packs.ts";
import { encodeFailure, encodeFailures, type PackedFile } from "../../native/schemas.ts";
import type { BatchResult, Block, FileInfo, OnLeftOut, SmallFile } from "../../service/files.ts";
import type { Answer } from "./answer.ts";
import type { ConnectionBudget } from "./connection_budget.ts";

function unsafe(path: string): FtError {
  const message = `left out: ${path} (it has a backslash or a control character)`;
  return new FtError("not_allowed", message, { name: path });
}

/** Streams a listing, or the digests of its folders. */
export const list: Answer<"list"> = async (request, exchange, { files }, context) => {
  const { budget, unsafeNames } = context;
  const { path, recursive, roots, namesOnly, digests } = request;
  const { signal } = exchange;
  using _permit = await budget.listings.acquire(signal);
  const leftOut = new ErrorList();
  const onLeftOut: OnLeftOut = (path, error) => leftOut.add(asFtError(error, undefined, path));
  const options = digests ? { recursive: true, roots: true } : { recursive, roots, namesOnly };
  const listed = batchesOf(files.list(path, { ...options, signal, onLeftOut }));
  const batches = unsafeNames ? listed : withoutUnsafe(listed, (path) => leftOut.add(unsafe(path)));
  const items = digests
    ? await sendDigests(folderDigests(path, batches), exchange)
    : await sendInfos(batches, exchange, namesOnly);
  return { items, leftOut: encodeFailures(leftOut.errors) };
};

async function* withoutUnsafe(
  batches: AsyncIterable<readonly FileInfo[]>,
  leaveOut: (path: string) => void,
): AsyncGenerator<readonly FileInfo[]> {
  for await (const batch of batches) {
    yield batch.filter(({ path }) => {
      const isUnsafe = hasUnsafeName(path);
      if (isUnsafe) leaveOut(path);
      return !isUnsafe;
    });
  }
}

/** @returns How many were sent. */
async function sendInfos(
  batches: AsyncIterable<readonly FileInfo[]>,
  exchange: Exchange,
  namesOnly: boolean | undefined,
): Promise<number> {
  const items = new ItemSender(exchange);
  let count = 0;
  for await (const batch of batches) {
    await items.add(namesOnly ? batch.map(nameOf) : batch);
    // The first are sent at once, so that a long listing shows something soon.
    if (count === 0) await items.flush();
    count += batch.length;
  }
  await items.flush();
  return count;
}

/** @returns How many were sent. */
async function sendDigests(
  batches: AsyncIterable<readonly FolderDigest[]>,
  exchange: Exchange,
): Promise<number> {
  const items = new ItemSender(exchange);
  let [count, files] = [0, 0];
  for await (const batch of batches) {
    await items.add(batch);
    count += batch.length;
    for (const folder of batch) files += folder.files;
    // The client compares them while the next folders are looked at.
    if (files < DIGESTS_FLUSH_FILES) continue;
    files = 0;
    await items.flush();
  }
  await items.flush();
  return count;
}

/** Streams the facts about many files, each as soon as its root is known. */
export const statMany: Answer<"statMany"> = async (request, exchange, { files }, { budget }) => {
  const { paths, fresh } = request;
  const { signal } = exchange;
  using _permit = await budget.batches.acquire(signal);
  const items = new ItemSender(exchange);
  let sentMs = performance.now();
  for await (const result of files.statMany(paths, { fresh, signal })) {
    await items.add([encodeInfoResult(result)]);
    if (performance.now() - sentMs < KEEPALIVE_MS) continue;
    await items.flush();
    sentMs = performance.now();
  }
  await items.flush();
  return {};
};

/** Streams the digests of a file's blocks. */
export const manifest: Answer<"manifest"> = async (request, exchange, { files }) => {
  const { path, bytes, fresh, rev } = request;
  await using found = await files.manifest(path, { bytes, fresh, rev, signal: exchange.signal });
  await exchange.send("ITEM", encodeJson([found.info]));
  const runs = new DigestRuns((payload) => exchange.send("DGST", payload));
  let index = 0;
  for await (const run of found.digests) {
    for (const digest of eachDigest(run)) await runs.add(index++, digest);
  }
  await runs.flush();
  return {};
};

/** Streams blocks. */
export const read: Answer<"read"> = async (request, exchange, { files }, { budget }) => {
  const { path, ranges, revision, rev, bytes, compress, transfer, window } = request;
  const { signal } = exchange;
  if (window !== undefined) exchange.beginWindow(window);
  let end = Infinity;
  exchange.handle({ UPTO: (payload) => void (end = Math.min(end, decodeUpTo(payload))) });
  const upTo = () => end;
  await using reading = await files.read(
    path,
    ranges?.map(([start, end]) => ({ start, end })),
    { signal, revision, rev, bytes, transfer, upTo },
  );
  await exchange.send("ITEM", encodeJson([reading.info]));
  for await (using block of inTurn(reading.blocks, exchange, budget)) {
    const digest = new Uint8Array(block.digest);
    await sendBlock(exchange, { index: block.index, bytes: block.bytes, digest }, compress);
  }
  return {};
};

/** Yields blocks when they can be sent whole, so that a stalled client does not hold any. */
async function* inTurn(
  blocks: AsyncIterable<Block>,
  exchange: Exchange,
  budget: ConnectionBudget,
): AsyncGenerator<Block> {
  const source = blocks[Symbol.asyncIterator]();
  try {
    while (true) {
      await exchange.room(BLOCK_COST);
      using _permit = await budget.blocks.acquire(exchange.signal);
      const next = await source.next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await source.return?.();
  }
}

function packed(result: BatchResult<SmallFile>): [PackedFile, Uint8Array] {
  if ("value" in result) return [packedHead(result.value), result.value.bytes];
  return [{ path: result.path, error: encodeFailure(asFtError(result.error)) }, new Uint8Array()];
}

/** Streams small files in packs. */
export const readMany: Answer<"readMany"> = async (request, exchange, { files }, { budget }) => {
  const { paths, compress } = request;
  using _permit = await budget.batches.acquire(exchange.signal);
  const packs = new PackSender(exchange, compress);
  for await (const batch of batchesOf(files.readMany(paths, { signal: exchange.signal }))) {
    for (const result of batch) await packs.add(...packed(result));
  }
  await packs.flush();
  return {};
};
