/**
 * Downloads: names in, files on the disk out.
 *
 * @module
 */

import { BATCH_BYTES, MAX_BATCH_FILES, SMALL_FILE_BYTES } from "../../../base/limits.ts";
import { grouped } from "../../../base/grouped.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { smallRoot } from "../../../blocks/small_file_digest.ts";
import { BatchRun, runEach } from "../batch_run.ts";
import { download } from "./download.ts";
import type { BatchOutcome, OnTransferEvent } from "../../remote/transfer_events.ts";
import { type GetJob, makeFolders, planGet } from "./get_plan.ts";
import { Link } from "../../remote/link.ts";
import { lstatOrNull, partPath } from "./part_file.ts";
import { collisions, localFolds, mayFold } from "../collisions.ts";
import type { GetRequest } from "./get_request.ts";
import type { Remote } from "../../remote/remote.ts";
import { TakenNames, writeSmallFile } from "./small_downloads.ts";
import {
  contentOptions,
  Progress,
  type TransferContext,
  transferContext,
} from "../transfer_context.ts";

/**
 * Downloads. One bad file does not stop the others; what stops all is thrown.
 *
 * @param open Connects once.
 */
export async function getFiles(
  open: () => Promise<Remote>,
  request: GetRequest,
  onEvent: OnTransferEvent,
  signal?: AbortSignal,
): Promise<BatchOutcome> {
  const { retries = 0 } = request;
  await using link = new Link(open, { retries, onEvent, ...(signal && { signal }) });
  using parts = transferContext(request, onEvent, signal);
  const run = new BatchRun("get", onEvent);
  const plain = await link.use(({ plain }) => Promise.resolve(plain));
  if (plain !== undefined) {
    const { getPlain, getPlainToSink } = await import("../../legacy/legacy_get.ts");
    if (request.sink === undefined) await getPlain(link, plain, request, parts, run);
    else run.done(await getPlainToSink(link, request.names[0]!, request.sink, parts));
    return run.outcome;
  }
  if (request.sink !== undefined) {
    const { getToSink } = await import("./get_to_sink.ts");
    run.done(await getToSink(link, request.names[0]!, request.sink, parts));
    return run.outcome;
  }
  const jobs = await plan(link, request, run, signal);
  const bytes = jobs.reduce((sum, job) => sum + job.bytes, 0);
  onEvent({ kind: "plan", files: jobs.length, bytes });
  if (request.dryRun) {
    for (const { name, target, bytes } of jobs) {
      const exists = lstatOrNull(target) !== null;
      onEvent({ kind: "planned", op: "get", name, path: target, bytes, exists });
    }
    return run.outcome;
  }
  await fetchAll(link, jobs, request.transfers, parts, run);
  return run.outcome;
}

/** Plans every name, makes the folders, and leaves out what cannot be written. */
async function plan(
  link: Link,
  request: GetRequest,
  run: BatchRun,
  signal: AbortSignal | undefined,
): Promise<GetJob[]> {
  const { dir, output, recursive } = request;
  const jobs: GetJob[] = [];
  const folders = new Set(output === undefined && dir !== "." ? [dir] : []);
  for (const name of request.names) {
    try {
      const planned = await planGet(link, name, dir, {
        recursive,
        ...(output !== undefined && { output }),
        ...(request.filter && { filter: request.filter }),
        ...(signal && { signal }),
      });
      jobs.push(...planned.jobs);
      for (const folder of planned.folders) folders.add(folder);
    } catch (error) {
      run.failed(name, error);
    }
  }
  if (!request.dryRun && (jobs.length > 0 || recursive)) makeFolders(folders);
  const bad = collisions(jobs, mayFold(jobs) && localFolds(dir));
  for (const [job, error] of bad) run.failed(job.name, error);
  return jobs.filter((job) => !bad.has(job));
}

/** Small new files travel together, all others each on its own. */
async function fetchAll(
  link: Link,
  jobs: readonly GetJob[],
  transfers: number,
  parts: TransferContext,
  run: BatchRun,
): Promise<void> {
  const taken = new TakenNames();
  const isSmallAndNew = ({ bytes, target }: GetJob) =>
    bytes <= SMALL_FILE_BYTES && !taken.has(target) && !taken.has(partPath(target));
  const small = jobs.length > 1 ? jobs.filter(isSmallAndNew) : [];
  const together = new Set(small);
  const groups = grouped(small, MAX_BATCH_FILES, BATCH_BYTES, (job) => job.bytes);
  const left: GetJob[] = [];
  await runEach(groups, transfers, async (group) => {
    left.push(...await fetchGroup(link, group, parts, run));
  }, parts.signal);
  const single = [...jobs.filter((job) => !together.has(job)), ...left];
  await runEach(single, transfers, (job) => fetchOne(link, job, parts, run), parts.signal);
}

async function fetchOne(
  link: Link,
  job: GetJob,
  parts: TransferContext,
  run: BatchRun,
): Promise<void> {
  const progress = new Progress(link.watching(parts.onEvent), "get", job.name, job.bytes);
  try {
    run.done(
      await link.use(({ files }) => {
        progress.restart();
        return download(files, job, parts, progress);
      }),
    );
  } catch (error) {
    run.failed(job.name, error);
  }
}

/** Fetches small files together. @returns Those that need a transfer of their own after all. */
async function fetchGroup(
  link: Link,
  group: readonly GetJob[],
  parts: TransferContext,
  run: BatchRun,
): Promise<GetJob[]> {
  const waiting = new Map(group.map((job) => [job.name, job]));
  const started = performance.now();
  await link.use(async ({ files }) => {
    for await (const result of files.readMany([...waiting.keys()], contentOptions(parts))) {
      const job = waiting.get(result.path)!;
      const fault = "error" in result ? asFtError(result.error) : null;
      // What may come right on another try gets one of its own.
      if (fault?.retryable) continue;
      waiting.delete(result.path);
      try {
        if (fault !== null || !("value" in result)) throw fault;
        writeSmallFile(job.target, result.value, parts.options.times);
        const { bytes } = result.value;
        const facts = { bytes: bytes.length, moved: bytes.length, root: smallRoot(result.value) };
        const seconds = (performance.now() - started) / 1000;
        run.done({
          op: "get",
          name: job.name,
          path: job.target,
          ...facts,
          seconds,
          verified: "blocks",
        });
        link.progressed();
      } catch (error) {
        run.failed(job.name, error);
      }
    }
  });
  return [...waiting.values()];
}
