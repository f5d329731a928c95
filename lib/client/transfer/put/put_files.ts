/**
 * Uploads: from local files to names on a server.
 *
 * @module
 */

import { hasCode, notRetryable } from "../../../base/errors.ts";
import { MAX_LISTINGS_AT_ONCE, SMALL_FILE_BYTES } from "../../../base/limits.ts";
import { loadNodeCrypto } from "../../../base/node_builtins.ts";
import { type Facts, factsAt } from "../../../storage/fs_entry.ts";
import type { FileInfo } from "../../../service/files.ts";
import type { OpenRemote, StageAhead } from "../../remote/open.ts";
import type {
  BatchOutcome,
  OnTransferEvent,
  TransferResult,
} from "../../remote/transfer_events.ts";
import type { UploadJob } from "../../remote/transfers.ts";
import { type BatchOptions, BatchRun } from "../batch_run.ts";
import { collisions } from "../collisions.ts";
import { localBaseName, localJoin } from "../local_path.ts";
import { Mirror, type MirrorOptions } from "../mirror/mirror.ts";
import { type RemoteExtra, RemoteMirrorTarget } from "../mirror/remote_target.ts";
import { planPut } from "./local_tree.ts";
import { placeOf, placesBelow, type PutPlace } from "./put_places.ts";
import { skipEqualFolders } from "./equal_folders.ts";
import { RemoteDigests } from "./remote_digests.ts";
import { RemoteNames } from "./remote_names.ts";
import { RemoteTrees } from "./remote_trees.ts";
import { createRemoteFolders, type RemoteFolder } from "./remote_folders.ts";

/** Files to upload. */
export interface PutRequest extends BatchOptions {
  /** Local names. */
  readonly sources: readonly string[];
  /** The folder on the server; `"."` is its root. */
  readonly to: string;
  /** The name below `to`, for a single source. */
  readonly as?: string;
  /** The content of a single file instead of sources; `as` names it. */
  readonly input?: ReadableStream<Uint8Array>;
  /** Whether sources may be folders, which are uploaded with everything below them. */
  readonly recursive: boolean;
  /**
   * Paths below the only source, a folder, to which the upload is limited. With `mirror`, those that do
   * not exist any more are removed from the server.
   *
   * @default everything
   */
  readonly only?: readonly string[] | undefined;
  /** Whether what the folders on the server have in addition is removed. @default it stays */
  readonly mirror?: MirrorOptions | undefined;
}

/**
 * Uploads files. One that fails does not stop the others.
 *
 * @param open Connects once.
 * @throws An error that ends the whole command: a lost connection, a TLS or protocol error, the
 *   signal's reason.
 */
export async function putFiles(
  open: OpenRemote,
  request: PutRequest,
  onEvent: OnTransferEvent,
  signal?: AbortSignal,
): Promise<BatchOutcome> {
  // A tree may have no file that is sent.
  if (!request.recursive) await loadNodeCrypto();
  let stageAhead: StageAhead | undefined;
  const openNext = () => {
    const opening = open({ stageAhead });
    // A later connection asks when it needs to.
    stageAhead = undefined;
    return opening;
  };
  await using run = new BatchRun("put", openNext, request, onEvent, signal);
  if (request.input !== undefined) {
    const name = localJoin(request.to, request.as ?? "-");
    run.done(await putStream(run, name, request.input));
    return run.outcome;
  }
  const tops = treesOf(request);
  using digests = comparesFolders(run, request) ? new RemoteDigests(run, tops) : undefined;
  using trees = new RemoteTrees(run, tops, digests);
  const planned = await plan(run, request);
  const { folders } = planned;
  digests?.expect(planned.jobs.length + folders.length);
  trees.expect(planned.jobs.length + folders.length);
  const bytes = planned.jobs.reduce((sum, job) => sum + job.bytes, 0);
  onEvent({ kind: "plan", files: planned.jobs.length, bytes });
  const jobs = digests ? await skipEqualFolders(run, planned.jobs, digests) : planned.jobs;
  const mirror = await mirrorOf(run, request, planned, digests);
  const sole = isAlone(run, jobs) && folders.length === 0 && !request.dryRun ? jobs[0] : undefined;
  stageAhead = sole && (await import("./staged_ahead.ts")).stagedAhead(sole, run.context);
  const names = await RemoteNames.find(
    run,
    trees,
    folders.map(({ name }) => name),
    !request.dryRun && isAlone(run, jobs) ? [] : jobs.map(({ name }) => name),
  );
  if (request.dryRun) {
    const { equalUploads } = await import("./equal_uploads.ts");
    const equal = await equalUploads(run, jobs, names);
    for (const job of jobs) await reportPlanned(run, job, names.get(job.name), equal.has(job));
    await mirror?.report();
    return run.outcome;
  }
  const missing = folders.filter(({ name }) => !names.hasFolder(name));
  const blocked = await createRemoteFolders(run, missing);
  const free = jobs.filter(({ name }) => !blocked.has(name));
  const other = await withoutEqual(run, free, names);
  const alone = await putGroups(run, other, names);
  const known = alone.map((job) => ({ ...job, seen: names.seen(job.name) }));
  await run.each(known, (transfers, request) => transfers.upload(request));
  await mirror?.finish();
  return run.outcome;
}

/** Leaves out files whose name has their content; without files there is nothing to load for it. */
async function withoutEqual(
  run: BatchRun,
  jobs: UploadJob[],
  names: RemoteNames,
): Promise<UploadJob[]> {
  if (jobs.length === 0) return jobs;
  await loadNodeCrypto();
  const { skipEqualUploads } = await import("./equal_uploads.ts");
  return await skipEqualUploads(run, jobs, names);
}

/** The removals after an upload; there are none without folders. */
async function mirrorOf(
  run: BatchRun,
  { mirror: options, sources, only }: PutRequest,
  { trees, gone, jobs, folders }: PlannedUpload,
  digests: RemoteDigests | undefined,
): Promise<Mirror<RemoteExtra> | undefined> {
  if (options === undefined || trees.length + gone.length === 0) return undefined;
  const [files, dirs] = [jobs, folders].map((items) => items.map(({ name }) => name));
  const tops = only === undefined ? trees.map(({ source }) => source) : sources;
  const upload = { trees, gone, tops, files: files!, folders: dirs! };
  const mirror = new Mirror(run, options, new RemoteMirrorTarget(run, upload, digests));
  await mirror.look();
  return mirror;
}

/** Whether folders are compared by digests: then no file of an equal one is looked at by itself. */
function comparesFolders(
  { context: { options, roots } }: BatchRun,
  { recursive, dryRun = false, filter, only }: PutRequest,
): boolean {
  return recursive && only === undefined && options.times && !dryRun && filter === undefined &&
    roots.any;
}

/** Uploads a stream; once some of it was read, a lost connection is final. */
async function putStream(
  run: BatchRun,
  name: string,
  input: ReadableStream<Uint8Array>,
): Promise<TransferResult> {
  const { context } = run;
  let taken = false;
  const take = () => {
    taken = true;
    return input;
  };
  const request = { name, take, context, progress: run.progress({ name, bytes: undefined }) };
  return await run.link.use(({ transfers }) =>
    transfers.uploadFrom(request).catch((error) => {
      throw taken ? notRetryable(error) : error;
    })
  );
}

/** Reports what would be sent, and whether its name exists. */
async function reportPlanned(
  run: BatchRun,
  { name, source: path, bytes }: UploadJob,
  seen: FileInfo | undefined,
  equal: boolean,
): Promise<void> {
  const { onEvent } = run.context;
  try {
    const exists = seen !== undefined || await isThere(run, name);
    onEvent({ kind: "planned", op: "put", name, path, bytes, exists, equal });
  } catch (error) {
    run.failed(path, error);
  }
}

/** @throws `not_allowed` for a name that the user may not see, and so perhaps not write. */
async function isThere(run: BatchRun, name: string): Promise<boolean> {
  const { signal } = run.context;
  try {
    await run.link.use(({ files }) => files.stat(name, { signal }));
    return true;
  } catch (error) {
    if (hasCode(error, "not_found")) return false;
    throw error;
  }
}

/** The folders on the server that local folders go to. */
function treesOf({ sources, recursive, to, as, only }: PutRequest): string[] {
  if (!recursive || only !== undefined) return [];
  const folders = sources.filter((source) => lookThrough(source)?.kind === "dir");
  return folders.slice(0, MAX_LISTINGS_AT_ONCE).map((source) =>
    localJoin(to, as ?? localBaseName(source))
  );
}

/** One that cannot be looked at is reported when it is planned. */
function lookThrough(path: string): Facts | null {
  try {
    return factsAt(path, true);
  } catch {
    return null;
  }
}

/** The files and folders of all sources. */
interface PlannedUpload {
  readonly jobs: UploadJob[];
  readonly folders: RemoteFolder[];
  /** The sources that are folders. */
  readonly trees: PutPlace[];
  /** The sources that do not exist any more. */
  readonly gone: PutPlace[];
}

async function plan(run: BatchRun, request: PutRequest): Promise<PlannedUpload> {
  const { only } = request;
  const plan: PlannedUpload = { jobs: [], folders: [], trees: [], gone: [] };
  if (only === undefined) {
    for (const source of request.sources) {
      await planPlace(run, source, () => placeOf(request, source), request.recursive, plan);
    }
  } else {
    const { present, gone } = placesBelow(request, only);
    plan.gone.push(...gone);
    for (const place of present) await planPlace(run, place.source, () => place, true, plan);
  }
  // The names in one tree are different.
  const jobs = request.sources.length < 2 ? plan.jobs : withoutCollisions(run, plan.jobs);
  return { ...plan, jobs };
}

async function planPlace(
  run: BatchRun,
  source: string,
  find: () => PutPlace,
  recursive: boolean,
  plan: PlannedUpload,
): Promise<void> {
  try {
    const place = find();
    const planned = await planPut(place, recursive);
    for (const job of planned.jobs) plan.jobs.push(job);
    plan.folders.push(...planned.folders);
    if (planned.isFolder) plan.trees.push(place);
    run.leftOut(planned.leftOut);
  } catch (error) {
    run.failed(source, error);
  }
}

function withoutCollisions(run: BatchRun, jobs: readonly UploadJob[]): UploadJob[] {
  const placed = jobs.map((job) => ({ job, name: job.source, target: job.name }));
  const bad = collisions(placed, false);
  for (const [{ name }, error] of bad) run.failed(name, error);
  return placed.filter((item) => !bad.has(item)).map(({ job }) => job);
}

/** Whether a file is compared while it is uploaded: that takes fewer requests for a single one. */
function isAlone(run: BatchRun, jobs: readonly UploadJob[]): boolean {
  return jobs.length < 2 && !run.context.options.checksum;
}

/** Uploads small files in groups: new ones, and those that replace others. @returns The jobs that are left. */
async function putGroups(
  run: BatchRun,
  jobs: readonly UploadJob[],
  existing: RemoteNames,
): Promise<UploadJob[]> {
  if (jobs.length < 2) return [...jobs];
  return await run.smallFirst(jobs, ({ name, bytes }) => {
    if (bytes > SMALL_FILE_BYTES) return "alone";
    const found = existing.get(name);
    return found === undefined ? "new" : found.type === "file" ? "existing" : "alone";
  }, (groups, group, replace) => groups.upload(group, run.context, replace));
}
