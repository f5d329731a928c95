/**
 * Uploads to servers of older dialects: whole files, with nothing that vouches for them.
 *
 * @module
 */

import { equals } from "@std/bytes/equals";
import { FtError, hasCode } from "../../base/errors.ts";
import { MAX_DATA_BYTES } from "../../base/limits.ts";
import { type BatchRun, runEach } from "../transfer/batch_run.ts";
import type { TransferResult } from "../remote/transfer_events.ts";
import { otherNames } from "../transfer/free_name.ts";
import type { Link } from "../remote/link.ts";
import { LocalFile } from "../transfer/local_digests.ts";
import type { PutJob } from "../transfer/put/local_tree.ts";
import { lacks, type LegacyServer } from "./legacy_server.ts";
import { plainOf } from "./legacy_get.ts";
import { Progress, type TransferContext } from "../transfer/transfer_context.ts";

/** Sends content under a name; the last argument begins it anew. */
type Store = (
  name: string,
  content: AsyncIterable<Uint8Array>,
  call?: { readonly signal: AbortSignal },
) => Promise<void>;

/** How this server takes files. @throws `protocol` when it takes none. */
function storeOf(server: LegacyServer): Store {
  if (server.store === undefined) throw lacks(server.dialect, "uploads");
  return server.store.bind(server);
}

/** Uploads several files. One bad file does not stop the others. */
export async function putPlain(
  link: Link,
  server: LegacyServer,
  plan: { readonly jobs: readonly PutJob[]; readonly folders: readonly string[] },
  transfers: number,
  parts: TransferContext,
  run: BatchRun,
): Promise<void> {
  storeOf(server);
  for (const folder of plan.folders) run.failed(folder, lacks(server.dialect, "empty folders"));
  await runEach(plan.jobs, transfers, (job) => putOne(link, job, parts, run), parts.signal);
}

async function putOne(
  link: Link,
  job: PutJob,
  parts: TransferContext,
  run: BatchRun,
): Promise<void> {
  const progress = new Progress(link.watching(parts.onEvent), "put", job.name, job.bytes);
  try {
    run.done(await link.use((remote) => upload(plainOf(remote), job, parts, progress)));
  } catch (error) {
    run.failed(job.source, error);
  }
}

/** Sends a file; what is there already decides as in native transfers, as far as can be told. */
async function upload(
  server: LegacyServer,
  job: PutJob,
  parts: TransferContext,
  progress: Progress,
): Promise<TransferResult> {
  using file = new LocalFile(job.source);
  const { existing } = parts.options;
  const attempt = async (name: string): Promise<TransferResult> => {
    progress.restart();
    await storeOf(server)(name, contentOf(file, progress), callOf(parts));
    return resultOf(name, job.source, file.info.size, progress);
  };
  try {
    return await attempt(job.name);
  } catch (error) {
    if (!hasCode(error, "conflict")) throw error;
    if (existing === "overwrite") throw lacks(server.dialect, "way to overwrite a file");
    if (existing === "rename") return await underOtherName(job.name, attempt, error);
    // A refusal in words nobody knows counts as a conflict, and may be none.
    const same = await isSame(server, job, file, parts).catch((cause) => {
      throw hasCode(cause, "not_found") ? error : cause;
    });
    if (!same) throw error;
    return resultOf(job.name, job.source, file.info.size, progress);
  }
}

function callOf({ signal }: TransferContext): { signal: AbortSignal } | undefined {
  return signal && { signal };
}

async function underOtherName(
  name: string,
  attempt: (name: string) => Promise<TransferResult>,
  taken: FtError,
): Promise<TransferResult> {
  for (const other of otherNames(name)) {
    try {
      return await attempt(other);
    } catch (error) {
      if (!hasCode(error, "conflict")) throw error;
    }
  }
  throw taken;
}

async function* contentOf(file: LocalFile, progress: Progress): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(MAX_DATA_BYTES);
  for (let at = 0;;) {
    const count = await file.readAt(at, buffer);
    if (count === 0) return;
    yield buffer.subarray(0, count);
    at += count;
    progress.add(count, count);
  }
}

/** Whether the server's file has the local one's content: there is no other way than to read it. */
async function isSame(
  server: LegacyServer,
  { name }: PutJob,
  file: LocalFile,
  parts: TransferContext,
): Promise<boolean> {
  await using theirs = await server.fetch(name, callOf(parts));
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
  name: string,
  path: string,
  bytes: number,
  { moved, seconds }: Progress,
): TransferResult {
  return { op: "put", name, path, bytes, moved, root: "", seconds };
}

/**
 * Uploads a stream. Content that has been read cannot be read again, so a lost connection is final.
 *
 * @throws `conflict` when the target exists.
 */
export async function putPlainFromStream(
  link: Link,
  input: ReadableStream<Uint8Array>,
  name: string,
  parts: TransferContext,
): Promise<TransferResult> {
  const progress = new Progress(parts.onEvent, "put", name, undefined);
  const meter = { bytes: 0, begun: false };
  return await link.use(async (remote) => {
    if (meter.begun) throw new FtError("network", "the connection was lost", { retryable: false });
    await storeOf(plainOf(remote))(name, metered(input, meter, progress), callOf(parts));
    return resultOf(name, "-", meter.bytes, progress);
  });
}

async function* metered(
  input: ReadableStream<Uint8Array>,
  meter: { bytes: number; begun: boolean },
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  meter.begun = true;
  for await (const piece of input) {
    yield piece;
    meter.bytes += piece.length;
    progress.add(piece.length, piece.length);
  }
}
