/**
 * Answers that receive content: one upload, or a batch of small files.
 *
 * @module
 */

import { AsyncQueue } from "../../base/async_queue.ts";
import { FtError, hasCode } from "../../base/errors.ts";
import { BLOCKS_IN_FLIGHT } from "../../base/limits.ts";
import { anySignal } from "../../base/signals.ts";
import { forEachBounded } from "../../base/pipeline.ts";
import { BlockBuffers } from "../../blocks/buffers.ts";
import type { OwnedBlock } from "../../blocks/block.ts";
import { eachDigest } from "../../blocks/manifest.ts";
import { BlockAssembler } from "../../native/block_stream.ts";
import type { Exchange } from "../../native/exchange.ts";
import { DigestRuns } from "../../native/digest_runs.ts";
import { encodeInfoResult } from "../../native/info_results.ts";
import { ItemSender } from "../../native/items.ts";
import {
  decodeDigestRun,
  decodeJson,
  type DigestRun,
  encodeBlockAck,
  encodeJson,
} from "../../native/messages.ts";
import { decodeCompressedPack, decodePack } from "../../native/packs.ts";
import { commitSchema } from "../../native/schemas.ts";
import type {
  BatchResult,
  FileInfo,
  Files,
  HeldBlock,
  SmallFile,
  Upload,
} from "../../service/files.ts";
import type { Answer } from "./answer.ts";
import { OpenUpload } from "./open_uploads.ts";

/** Buffers of received blocks, shared by the uploads of all connections. */
const buffers = new BlockBuffers();

/** A message of a client during an upload, in the order of arrival. */
type UploadStep =
  | { readonly kind: "block"; readonly block: OwnedBlock }
  | { readonly kind: "keep"; readonly run: DigestRun; readonly cost: number }
  | { readonly kind: "commit"; readonly total: { bytes: number; root: string } }
  | { readonly kind: "drop" };

/**
 * Receives one upload. The server lists the blocks it has already, then the client sends the
 * others until it commits or drops the upload. If it asked to, it learns instead what has the name.
 */
export const stage: Answer<"stage"> = async (request, exchange, { files }, context) => {
  const { op: _, path, stat, ...options } = request;
  const found = stat ? await seenAt(files, path, exchange.signal) : undefined;
  if (found) return found;
  using _permit = await context.budget.uploads.acquire(exchange.signal);
  const facts = { ...options, absent: found === null, signal: exchange.signal };
  await using upload = await files.stage(path, facts);
  await using open = new OpenUpload(path, upload, exchange.signal);
  const steps = uploadSteps(exchange);
  try {
    const begun = encodeJson([{ token: upload.token, path }]);
    exchange.expectContent();
    await exchange.send("ITEM", begun);
    await sendHeld(exchange, upload);
    using _listed = context.uploads.add(upload.token, open);
    await exchange.send("ITEM", begun);
    return await takeSteps(exchange, { upload, open }, steps);
  } finally {
    for (const step of steps.drain()) dropStep(exchange, step);
  }
};

/** Details of what has a name; `null` if nothing has, `undefined` if the client may not see it. */
async function seenAt(
  files: Pick<Files, "stat">,
  path: string,
  signal: AbortSignal,
): Promise<FileInfo | null | undefined> {
  try {
    return await files.stat(path, { signal });
  } catch (error) {
    if (hasCode(error, "not_found")) return null;
    if (hasCode(error, "not_allowed")) return undefined;
    throw error;
  }
}

/** Releases the resources of an unused step. */
function dropStep(exchange: Exchange, step: UploadStep): void {
  if (step.kind === "block") step.block[Symbol.dispose]();
  else if (step.kind === "keep") exchange.consumed(step.cost);
}

/** Turns frames of the exchange into steps; the window limits how many are queued. */
function uploadSteps(exchange: Exchange): AsyncQueue<UploadStep> {
  const steps = new AsyncQueue<UploadStep>();
  const assembler = new BlockAssembler(exchange, buffers, (block) => {
    if (!steps.push({ kind: "block", block })) block[Symbol.dispose]();
  });
  const last = (step: UploadStep) => {
    exchange.handle({});
    steps.push(step);
  };
  exchange.handle({
    ...assembler.handlers,
    KEEP: (payload) => {
      const { length: cost } = payload;
      if (!steps.push({ kind: "keep", run: decodeDigestRun(payload), cost })) {
        exchange.consumed(cost);
      }
    },
    COMT: (payload) =>
      last({ kind: "commit", total: decodeJson(commitSchema, payload.subarray(4), "COMT") }),
    DROP: () => last({ kind: "drop" }),
  });
  failOnAbort(steps, exchange.signal);
  return steps;
}

function failOnAbort(queue: AsyncQueue<unknown>, signal: AbortSignal): void {
  signal.addEventListener("abort", () => queue.fail(signal.reason), { once: true });
}

async function sendHeld(exchange: Exchange, upload: Upload): Promise<void> {
  const runs = new DigestRuns((payload) => exchange.send("HELD", payload));
  for await (const { index, digest } of upload.have({ signal: exchange.signal })) {
    await runs.add(index, digest);
  }
  await runs.flush();
}

async function takeSteps(
  exchange: Exchange,
  { upload, open }: { readonly upload: Upload; readonly open: OpenUpload },
  steps: AsyncQueue<UploadStep>,
): Promise<FileInfo | Record<string, never>> {
  const writing = new Set<Promise<void>>();
  try {
    for await (const step of steps) {
      switch (step.kind) {
        case "block": {
          const written = writeBlock(exchange, open, step.block)
            .catch((error) => steps.fail(error))
            .finally(() => writing.delete(written));
          writing.add(written);
          break;
        }
        case "keep":
          await keepRun(upload, step.run, exchange.signal).finally(() =>
            exchange.consumed(step.cost)
          );
          break;
        case "commit":
          await Promise.all(writing);
          steps.close();
          for await (const _ of steps);
          return await open.commit(step.total, { signal: exchange.signal });
        case "drop":
          await Promise.all(writing);
          await upload.abandon();
          return {};
      }
    }
  } finally {
    // A resumed upload need not send the blocks again that arrived before the connection was lost.
    await Promise.all(writing);
  }
  throw new FtError("protocol", "the upload ended without a commit");
}

/** Writes one block and acknowledges it. The client resends a damaged one; other errors throw. */
async function writeBlock(
  exchange: Exchange,
  upload: OpenUpload,
  block: OwnedBlock,
): Promise<void> {
  using _block = block;
  let ok = true;
  try {
    await upload.write(block);
  } catch (error) {
    if (!hasCode(error, "integrity")) throw error;
    ok = false;
  }
  await exchange.send("ACKN", encodeBlockAck({ index: block.index, ok }));
}

/**
 * Receives blocks of an upload that another connection of the client has open, until the client
 * stops this request.
 */
export const blocks: Answer<"blocks"> = async (request, exchange, _login, context) => {
  const { path, token } = request;
  using _permit = await context.budget.uploads.acquire(exchange.signal);
  const upload = context.uploads.find(token, path);
  const arrived = new AsyncQueue<OwnedBlock>();
  const assembler = new BlockAssembler(exchange, buffers, (block) => {
    if (!arrived.push(block)) block[Symbol.dispose]();
  });
  exchange.handle(assembler.handlers);
  failOnAbort(arrived, anySignal(exchange.signal, upload.signal));
  const writing = new Set<Promise<void>>();
  try {
    exchange.expectContent();
    await exchange.send("ITEM", encodeJson([{ token, path }]));
    for await (const block of arrived) {
      const written = writeBlock(exchange, upload, block)
        .catch((error) => arrived.fail(error))
        .finally(() => writing.delete(written));
      writing.add(written);
    }
    return {};
  } finally {
    for (const block of arrived.drain()) block[Symbol.dispose]();
    await Promise.all(writing);
  }
};

async function keepRun(
  upload: Upload,
  { first, digests }: DigestRun,
  signal: AbortSignal,
): Promise<void> {
  const blocks = [...eachDigest(digests)].map((digest, i) => ({ index: first + i, digest }));
  const keep = (block: HeldBlock) => upload.keep(block, { signal });
  await forEachBounded(blocks, BLOCKS_IN_FLIGHT, keep, signal);
}

/** The files of a pack. Disposing it returns its window. */
class ReceivedPack implements Disposable {
  readonly files: readonly BatchResult<SmallFile>[];
  readonly #release = new DisposableStack();

  constructor(exchange: Exchange, files: readonly BatchResult<SmallFile>[], cost: number) {
    this.files = files;
    this.#release.defer(() => exchange.consumed(cost));
    this.#release.use(exchange.holdFiles(files.length));
  }

  [Symbol.dispose](): void {
    this.#release.dispose();
  }
}

/** Packs whose files are written together. Disposing it returns their windows. */
class PackGroup implements Disposable {
  readonly files: readonly BatchResult<SmallFile>[];
  readonly #release = new DisposableStack();

  constructor(packs: readonly ReceivedPack[]) {
    this.files = packs.flatMap(({ files }) => files);
    for (const pack of packs) this.#release.use(pack);
  }

  [Symbol.dispose](): void {
    this.#release.dispose();
  }
}

/** Receives packs of small files until COMT; answers each file with its info or its error. */
export const writeMany: Answer<"writeMany"> = async ({ precondition }, exchange, { files }) => {
  const packs = new AsyncQueue<ReceivedPack>();
  const take = (files: BatchResult<SmallFile>[], cost: number) => {
    const pack = new ReceivedPack(exchange, files, cost);
    if (!packs.push(pack)) pack[Symbol.dispose]();
  };
  exchange.handle({
    PACK: (payload, _, cost) => take(decodePack(payload), cost),
    ZPAK: (payload, _, cost) => take(decodeCompressedPack(payload), cost),
    COMT: () => {
      exchange.handle({});
      packs.close();
    },
  });
  failOnAbort(packs, exchange.signal);
  const results = new ItemSender(exchange);
  try {
    exchange.expectContent();
    await exchange.send("ITEM", encodeJson([{}]));
    for await (const pack of packs) {
      // Packs that arrived while others were written share a journal.
      using group = new PackGroup([pack, ...packs.buffered()]);
      const intact = group.files.flatMap((file) => "value" in file ? [file.value] : []);
      const damaged = group.files.filter((file) => "error" in file);
      const written = await files.writeMany(intact, { precondition, signal: exchange.signal });
      group[Symbol.dispose]();
      await results.add([...written, ...damaged].map(encodeInfoResult));
      await results.flush();
    }
    return {};
  } finally {
    for (const pack of packs.drain()) pack[Symbol.dispose]();
  }
};
