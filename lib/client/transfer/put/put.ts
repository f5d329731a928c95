/**
 * Uploads: local names in, files on a server out.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { hasCode } from "../../../base/errors.ts";
import { grouped } from "../../../base/grouped.ts";
import { BATCH_BYTES, MAX_BATCH_FILES, SMALL_FILE_BYTES } from "../../../base/limits.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { smallFile, smallRoot } from "../../../blocks/small_file_digest.ts";
import type { SmallFile } from "../../../service/files.ts";
import type { Remote } from "../../remote/remote.ts";
import { BatchRun, runEach } from "../batch_run.ts";
import type { BatchOutcome, OnTransferEvent } from "../../remote/transfer_events.ts";
import { localJoin } from "../get/get_plan.ts";
import { Link } from "../../remote/link.ts";
import { localBaseName, planPut, type PutJob } from "./local_tree.ts";
import { collisions } from "../collisions.ts";
import {
  contentOptions,
  Progress,
  type TransferContext,
  transferContext,
  type TransferOptions,
} from "../transfer_context.ts";
import { upload } from "./upload.ts";

/** What to upload. */
export interface PutRequest extends TransferOptions {
  /** Local names. */
  readonly sources: readonly string[];
  /** The folder on the server; `"."` is its root. */
  readonly to: string;
  /** The name below `to`, for a single source. */
  readonly as?: string;
  /** Content of a single file instead of sources; `as` names it. */
  readonly input?: ReadableStream<Uint8Array>;
  /** Whether folders are meant, with all below. */
  readonly recursive: boolean;
  /** Transfers at once. */
  readonly transfers: number;
  /** Attempts to connect again. @default {0} */
  readonly retries?: number;
  /** Names this client across runs, so that an upload can be resumed. @default made up */
  readonly identity?: string;
}

/**
 * Uploads. One bad file does not stop the others; what stops all is thrown.
 *
 * @param open Connects once.
 */
export async function putFiles(
  open: () => Promise<Remote>,
  request: PutRequest,
  onEvent: OnTransferEvent,
  signal?: AbortSignal,
): Promise<BatchOutcome> {
  const { retries = 0 } = request;
  await using link = new Link(open, { retries, onEvent, ...(signal && { signal }) });
  using parts = transferContext(request, onEvent, signal);
  const run = new BatchRun("put", onEvent);
  if (request.input !== undefined) {
    const plain = await link.use(({ plain }) => Promise.resolve(plain));
    const put = plain === undefined
      ? (await import("./put_from_stream.ts")).putFromStream
      : (await import("../../legacy/legacy_put.ts")).putPlainFromStream;
    const name = localJoin(request.to, request.as ?? "-");
    run.done(await put(link, request.input, name, parts));
    return run.outcome;
  }
  const { jobs, folders } = plan(request, parts, run);
  const bytes = jobs.reduce((sum, job) => sum + job.bytes, 0);
  onEvent({ kind: "plan", files: jobs.length, bytes });
  if (jobs.length + folders.length === 0) return run.outcome;
  const plain = await link.use(({ plain }) => Promise.resolve(plain));
  if (plain !== undefined && !request.dryRun) {
    const { putPlain } = await import("../../legacy/legacy_put.ts");
    await putPlain(link, plain, { jobs, folders }, request.transfers, parts, run);
    return run.outcome;
  }
  if (request.dryRun) {
    await tellPlan(link, jobs, onEvent, signal);
    return run.outcome;
  }
  for (const folder of folders) {
    await link.use(({ files }) => files.mkdir(folder, signal && { signal }))
      .catch((error) => run.failed(folder, error));
  }
  await sendAll(link, jobs, request, parts, run);
  return run.outcome;
}

/** Tells what would be sent, and which of it is there already under its name. */
async function tellPlan(
  link: Link,
  jobs: readonly PutJob[],
  onEvent: OnTransferEvent,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { name, source: path, bytes } of jobs) {
    const found = link.use(({ files }) => files.stat(name, signal && { signal }));
    const exists = await found.then(() => true, (error) => {
      if (hasCode(error, "not_found")) return false;
      throw error;
    });
    onEvent({ kind: "planned", op: "put", name, path, bytes, exists });
  }
}

function plan(
  request: PutRequest,
  parts: TransferContext,
  run: BatchRun,
): { jobs: PutJob[]; folders: string[] } {
  const jobs: PutJob[] = [];
  const folders: string[] = [];
  for (const source of request.sources) {
    try {
      const name = localJoin(request.to, request.as ?? localBaseName(source));
      const planned = planPut(source, name, request.recursive, request.filter);
      jobs.push(...planned.jobs);
      folders.push(...planned.emptyFolders);
      for (const { name, error } of planned.failed) run.failed(name, error);
      for (const path of planned.skipped) {
        parts.onEvent({ kind: "notice", text: `not a plain file, left out: ${path}` });
      }
    } catch (error) {
      run.failed(source, error);
    }
  }
  const bad = collisions(jobs, false);
  for (const [job, error] of bad) run.failed(job.source, error);
  return { jobs: jobs.filter((job) => !bad.has(job)), folders };
}

/** Small files travel together; those that are there already, and all others, each on its own. */
async function sendAll(
  link: Link,
  jobs: readonly PutJob[],
  request: PutRequest,
  parts: TransferContext,
  run: BatchRun,
): Promise<void> {
  const identity = request.identity ?? crypto.randomUUID();
  const small = jobs.length > 1 ? jobs.filter(({ bytes }) => bytes <= SMALL_FILE_BYTES) : [];
  const together = new Set(small);
  const left: PutJob[] = [];
  const groups = grouped(small, MAX_BATCH_FILES, BATCH_BYTES, ({ bytes }) => bytes);
  await runEach(groups, request.transfers, async (group) => {
    left.push(...await sendGroup(link, group, parts, run));
  }, parts.signal);
  const single = [...jobs.filter((job) => !together.has(job)), ...left];
  await runEach(
    single,
    request.transfers,
    (job) => sendOne(link, job, identity, parts, run),
    parts.signal,
  );
}

/** Names an upload so that only this client, sending to this name, resumes it. */
function uploadToken(identity: string, name: string): string {
  return createHash("sha256").update(`${identity}\n${name}`).digest("base64url");
}

async function sendOne(
  link: Link,
  job: PutJob,
  identity: string,
  parts: TransferContext,
  run: BatchRun,
): Promise<void> {
  const { source, name } = job;
  const progress = new Progress(link.watching(parts.onEvent), "put", name, job.bytes);
  const token = uploadToken(identity, name);
  try {
    run.done(
      await link.use(({ files }) => {
        progress.restart();
        return upload(files, { source, name, token }, parts, progress);
      }),
    );
  } catch (error) {
    run.failed(source, error);
  }
}

/** Sends small files together. @returns Those that need a transfer of their own after all. */
async function sendGroup(
  link: Link,
  group: readonly PutJob[],
  parts: TransferContext,
  run: BatchRun,
): Promise<PutJob[]> {
  const started = performance.now();
  const byName = new Map(group.map((job) => [job.name, job]));
  const contents = group.flatMap((job) => readSmall(job, parts, run));
  const sent = new Map(contents.map((file) => [file.path, file]));
  const results = await link.use(({ files }) => files.writeMany(contents, contentOptions(parts)));
  link.progressed();
  const left: PutJob[] = [];
  for (const result of results) {
    const job = byName.get(result.path);
    const file = sent.get(result.path);
    if (job === undefined || file === undefined) continue;
    if ("value" in result) {
      const { length } = file.bytes;
      const facts = { bytes: length, moved: length, root: smallRoot(file) };
      const seconds = (performance.now() - started) / 1000;
      run.done({
        op: "put",
        name: job.name,
        path: job.source,
        ...facts,
        seconds,
        verified: "blocks",
      });
      continue;
    }
    const fault = asFtError(result.error, undefined, job.name);
    // What is there already is compared, and what was damaged sent again, on its own.
    if (fault.code === "conflict" || fault.retryable) left.push(job);
    else run.failed(job.source, fault);
  }
  return left;
}

function readSmall(
  job: PutJob,
  parts: TransferContext,
  run: BatchRun,
): SmallFile[] {
  const { times } = parts.options;
  try {
    const bytes = Deno.readFileSync(job.source);
    return [smallFile({
      path: job.name,
      bytes,
      mtimeMs: times ? job.mtimeMs : Date.now(),
      executable: times && job.executable,
    })];
  } catch (error) {
    run.failed(job.source, error);
    return [];
  }
}
