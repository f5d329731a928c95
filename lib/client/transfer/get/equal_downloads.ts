/**
 * Downloads whose target has the content already.
 *
 * @module
 */

import type { FileInfo } from "../../../service/files.ts";
import { localVersion } from "../../remote/local_roots.ts";
import type { DownloadJob } from "../../remote/transfers.ts";
import type { BatchRun } from "../batch_run.ts";
import { equalPairs, type Pair } from "../equal_files.ts";
import { bringFacts, differsFrom } from "../local_facts.ts";
import { LocalFile } from "../local_file.ts";
import { lookQuietly } from "../local_path.ts";
import { type PartPaths, partPaths } from "./part_names.ts";
import type { TakenNames } from "./taken_names.ts";

interface DownloadPair extends Pair {
  readonly job: DownloadJob;
}

/**
 * Reports files as done whose target has their content, and brings their times and permission bits.
 *
 * @returns The other jobs.
 */
export async function skipEqualDownloads(
  run: BatchRun,
  jobs: readonly DownloadJob[],
  taken: TakenNames,
): Promise<DownloadJob[]> {
  const startedMs = performance.now();
  const pairs = jobs.flatMap((job) => pairOf(run, job, taken));
  const done = new Set<DownloadJob>();
  const equal = await equalPairs(run, pairs);
  const seconds = (performance.now() - startedMs) / 1000;
  for (const [pair, { root, remote }] of equal) {
    const { name, target: path } = pair.job;
    if (!keepsFacts(run, pair, remote)) continue;
    done.add(pair.job);
    const { bytes } = pair.local;
    run.done({ op: "get", name, path, bytes, moved: 0, root, seconds, verified: "blocks" });
  }
  return jobs.filter((job) => !done.has(job));
}

/** The jobs whose target has their content, as far as that is known or can be found out. */
export async function equalDownloads(
  run: BatchRun,
  jobs: readonly DownloadJob[],
  taken: TakenNames,
): Promise<ReadonlySet<DownloadJob>> {
  const pairs = jobs.flatMap((job) => pairOf(run, job, taken));
  return new Set([...await equalPairs(run, pairs)].map(([{ job }]) => job));
}

/** A target with files of an earlier download beside it is looked at by itself. */
function pairOf(run: BatchRun, job: DownloadJob, taken: TakenNames): DownloadPair[] {
  const { info: remote, target } = job;
  const { found: facts = taken.has(target) ? lookQuietly(target) : null } = job;
  if (remote === undefined || facts === null) return [];
  if (taken.hasParts(target) && hasLeftovers(partPaths(target, run.context.partLike), taken)) {
    return [];
  }
  const comparable = facts?.kind === "file" && facts.bytes === remote.bytes;
  return comparable ? [{ job, local: localVersion(target, facts), remote }] : [];
}

function hasLeftovers({ part, journal, journalDraft }: PartPaths, taken: TakenNames): boolean {
  return [part, journal, journalDraft].some((path) => taken.has(path));
}

/** Brings time and bits. @returns Whether the file still is the one that was compared. */
function keepsFacts(run: BatchRun, { local, job }: DownloadPair, remote: FileInfo): boolean {
  const { context } = run;
  if (!context.options.times || !differsFrom(local, remote)) return true;
  try {
    using file = new LocalFile(job.target);
    const { mtimeMs, size } = file.info;
    if (Math.trunc(mtimeMs) !== local.mtimeMs || size !== local.bytes) return false;
    bringFacts(file, job.target, remote, context);
    return true;
  } catch {
    // It is looked at again by itself, and reported then.
    return false;
  }
}
