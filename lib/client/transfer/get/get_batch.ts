/**
 * The downloads of one command, over a connection.
 *
 * @module
 */

import { SMALL_FILE_BYTES } from "../../../base/limits.ts";
import { loadNodeCrypto } from "../../../base/node_builtins.ts";
import { DigestList } from "../../../blocks/manifest.ts";
import type { Remote } from "../../remote/remote.ts";
import type {
  BatchOutcome,
  OnTransferEvent,
  TransferResult,
} from "../../remote/transfer_events.ts";
import type { DownloadJob, EqualFile } from "../../remote/transfers.ts";
import { BatchRun } from "../batch_run.ts";
import { collisions, foldsNames, mayFold } from "../collisions.ts";
import { createFolders, localStatus, lookQuietly } from "../local_path.ts";
import { isGlob } from "../glob.ts";
import { MirroredPlans } from "../mirror/mirrored_plans.ts";
import { type MatchedName, matchedNames, severalMatches } from "../matched_names.ts";
import { adoptLeftFiles, emptyFolders } from "./new_folders.ts";
import { isPartName, partPaths } from "./part_names.ts";
import type { GetRequest } from "./get_request.ts";
import { TakenNames } from "./taken_names.ts";

/**
 * Does what `getFiles` says.
 *
 * @param open Connects once.
 * @throws As `getFiles`.
 */
export async function getBatch(
  open: () => Promise<Remote>,
  request: GetRequest,
  onEvent: OnTransferEvent,
  signal?: AbortSignal,
): Promise<BatchOutcome> {
  await using run = new BatchRun("get", open, request, onEvent, signal);
  const names = await resolveNames(run, request);
  if (request.sink !== undefined) {
    const name = names[0]!;
    if ("error" in name) throw name.error;
    run.done(await getToSink(run, name.name, { ...request, sink: request.sink }));
    return run.outcome;
  }
  const startedMs = performance.now();
  const mirrored = request.mirror && new MirroredPlans();
  const { jobs, equal } = await plan(run, names, request, mirrored);
  const mirror = mirrored && await mirrored.mirror(run, request);
  const files = [...equal, ...jobs];
  onEvent({ kind: "plan", files: files.length, bytes: totalBytes(files) });
  for (const file of equal) run.done(resultOf(file, startedMs));
  const taken = new TakenNames();
  if (request.dryRun) {
    const { equalDownloads } = await import("./equal_downloads.ts");
    const equal = await equalDownloads(run, jobs, taken);
    for (const job of jobs) reportPlanned(run, job, equal.has(job));
    await mirror?.report();
    return run.outcome;
  }
  const single = jobs.length < 2 && !run.context.options.checksum;
  const other = single ? jobs : await withoutEqual(run, jobs, taken);
  const alone = await getGroups(run, other, taken);
  await run.each(alone, (transfers, request) => transfers.download(request));
  await mirror?.finish();
  return run.outcome;
}

/** Leaves out files whose target has their content; without files there is nothing to load for it. */
async function withoutEqual(
  run: BatchRun,
  jobs: DownloadJob[],
  taken: TakenNames,
): Promise<DownloadJob[]> {
  if (jobs.length === 0) return jobs;
  await loadNodeCrypto();
  const { skipEqualDownloads } = await import("./equal_downloads.ts");
  return await skipEqualDownloads(run, jobs, taken);
}

/** @throws `usage` for a pattern with several matches where one file is written. */
async function resolveNames(run: BatchRun, request: GetRequest): Promise<MatchedName[]> {
  const { names, patterns = false, recursive, output, sink } = request;
  if (!patterns || !names.some(isGlob)) return names.map((name) => ({ name }));
  const take = recursive ? "trees" : "files";
  const { signal } = run.context;
  const found = await run.link.use(({ files }) => matchedNames(files, names, { take, signal }));
  const isSingle = output !== undefined || sink !== undefined;
  if (isSingle && found.length > 1) throw severalMatches(names[0]!, found.length);
  return found;
}

async function getToSink(
  run: BatchRun,
  name: string,
  { sink, sinkBorrows: borrows = false }: GetRequest & {
    readonly sink: WritableStream<Uint8Array>;
  },
): Promise<TransferResult> {
  const writer = sink.getWriter();
  const { context } = run;
  const progress = run.progress({ name, bytes: undefined });
  const written = { info: undefined, digests: new DigestList(), bytes: 0 };
  try {
    const request = { name, writer, borrows, context, progress, written };
    const result = await run.link.use(({ transfers }) => transfers.downloadTo(request));
    await writer.close();
    return result;
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  }
}

/** Reports what would be written, and whether it exists. */
function reportPlanned(
  run: BatchRun,
  { name, target: path, bytes = 0 }: DownloadJob,
  equal: boolean,
): void {
  try {
    const exists = localStatus(path) !== null;
    run.context.onEvent({ kind: "planned", op: "get", name, path, bytes, exists, equal });
  } catch (error) {
    run.failed(name, error);
  }
}

/** Plans every name, creates the folders, and leaves out files that cannot be written. */
async function plan(
  run: BatchRun,
  names: readonly MatchedName[],
  request: GetRequest,
  mirrored: MirroredPlans | undefined,
): Promise<{ readonly jobs: DownloadJob[]; readonly equal: readonly EqualFile[] }> {
  const { dir, output, recursive, filter, dryRun = false } = request;
  const { signal, roots: known, options: { times } } = run.context;
  const jobs: DownloadJob[] = [];
  const equal: EqualFile[] = [];
  // Files of several names, and those that are only reported, are looked at one by one.
  const comparesFolders = names.length === 1 && times && !dryRun && filter === undefined;
  const folders = new Map<string, number | undefined>();
  if (output === undefined && dir !== ".") folders.set(dir, undefined);
  for (const match of names) {
    const { name } = match;
    try {
      if ("error" in match) throw match.error;
      const { info } = match;
      const roots = !run.context.options.checksum;
      const asked = { name, info, dir, output, recursive, filter, dryRun, roots, signal };
      const compared = { ...asked, known: comparesFolders ? known : undefined };
      const planned = await run.link.use(({ transfers }) => transfers.plan(compared));
      mirrored?.add(name, planned);
      jobs.push(...planned.jobs);
      for (const file of planned.equal ?? []) equal.push(file);
      run.leftOut(planned.leftOut ?? []);
      const bits = times ? planned.folderBits : undefined;
      for (const folder of [...bits?.keys() ?? [], ...planned.folders]) {
        if (!folders.has(folder)) folders.set(folder, bits?.get(folder));
      }
    } catch (error) {
      run.failed(name, error);
    }
  }
  const wanted = !dryRun && (jobs.length > 0 || recursive) ? folders : [];
  const { made, blocked } = createFolders(wanted, (folder, error) => run.failed(folder, error));
  const bad = collisions(jobs, mayFold(jobs) && foldsNames(dir));
  for (const [job, error] of bad) run.failed(job.name, error);
  const good = jobs.filter((job) => !bad.has(job) && !blocked.has(job.target));
  for (const { target } of good) if (isPartName(target)) run.context.partLike.add(target);
  const planned = { all: new Set([...wanted].map(([folder]) => folder)), made };
  for (const folder of emptyFolders(planned)) run.context.emptyFolders.add(folder);
  await adoptLeftFiles(planned, good, run.context.partLike);
  return { jobs: good, equal };
}

function resultOf(
  { name, target: path, bytes, root }: EqualFile,
  startedMs: number,
): TransferResult {
  const seconds = (performance.now() - startedMs) / 1000;
  return { op: "get", name, path, bytes, moved: 0, root, seconds, verified: "blocks" };
}

function totalBytes(jobs: readonly Pick<DownloadJob, "bytes">[]): number | undefined {
  if (jobs.some(({ bytes }) => bytes === undefined)) return undefined;
  return jobs.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
}

/** Downloads small files in groups: new ones, and those that replace others. @returns The jobs that are left. */
async function getGroups(
  run: BatchRun,
  jobs: readonly DownloadJob[],
  taken: TakenNames,
): Promise<DownloadJob[]> {
  if (jobs.length < 2) return [...jobs];
  const { partLike } = run.context;
  return await run.smallFirst(jobs, ({ bytes = Infinity, target, found }) => {
    if (bytes > SMALL_FILE_BYTES) return "alone";
    if (taken.hasParts(target) && taken.has(partPaths(target, partLike).part)) return "alone";
    if (!taken.has(target)) return "new";
    return (found ?? lookQuietly(target))?.kind === "file" ? "existing" : "alone";
  }, (groups, group, replace) => groups.download(group, run.context, replace));
}
