/**
 * Uploads whose target has the content already.
 *
 * @module
 */

import { BATCH_WIDTH } from "../../../base/limits.ts";
import { forEachBounded } from "../../../base/pipeline.ts";
import type { FileInfo } from "../../../service/files.ts";
import type { UploadJob } from "../../remote/transfers.ts";
import type { BatchRun } from "../batch_run.ts";
import { equalPairs, type Pair } from "../equal_files.ts";
import type { SourceFacts } from "../local_facts.ts";
import { bringRemoteFacts, differsInFacts } from "./remote_facts.ts";

interface UploadPair extends Pair {
  readonly job: UploadJob;
}

/**
 * Reports files as done whose target has their content, and brings their times and permission bits.
 *
 * @param found What the server has under the name of a job.
 * @returns The other jobs.
 */
export async function skipEqualUploads(
  run: BatchRun,
  jobs: readonly UploadJob[],
  found: { get(name: string): FileInfo | undefined },
): Promise<UploadJob[]> {
  const startedMs = performance.now();
  const pairs = jobs.flatMap((job) => pairOf(job, found.get(job.name)));
  const equal = await equalPairs(run, pairs);
  const seconds = (performance.now() - startedMs) / 1000;
  const done = new Set<UploadJob>();
  const finish = ({ job }: UploadPair, root: string) => {
    done.add(job);
    const { name, source: path, bytes } = job;
    run.done({ op: "put", name, path, bytes, moved: 0, root, seconds, verified: "blocks" });
  };
  const different: [UploadPair, { readonly root: string; readonly remote: FileInfo }][] = [];
  for (const [pair, same] of equal) {
    if (differsInFacts(same.remote, factsOf(run, pair.job))) different.push([pair, same]);
    else finish(pair, same.root);
  }
  await forEachBounded(different, BATCH_WIDTH, async ([pair, { root, remote: found }]) => {
    const { name } = pair.job;
    const bring = run.link.use(({ files }) =>
      bringRemoteFacts(files, { name, found, root }, factsOf(run, pair.job), run.context)
    );
    // One that fails is looked at again by itself, and reported then.
    await bring.then(() => finish(pair, root), () => run.context.signal?.throwIfAborted());
  }, run.context.signal);
  return jobs.filter((job) => !done.has(job));
}

/** The jobs whose target has their content, as far as that is known or can be found out. */
export async function equalUploads(
  run: BatchRun,
  jobs: readonly UploadJob[],
  found: { get(name: string): FileInfo | undefined },
): Promise<ReadonlySet<UploadJob>> {
  const pairs = jobs.flatMap((job) => pairOf(job, found.get(job.name)));
  return new Set([...await equalPairs(run, pairs)].map(([{ job }]) => job));
}

function pairOf(job: UploadJob, remote: FileInfo | undefined): UploadPair[] {
  const { version: local, bytes } = job;
  const comparable = local !== undefined && remote?.type === "file" && remote.bytes === bytes;
  return comparable ? [{ job, local, remote }] : [];
}

/** Time and permission bits of the local file, if they are kept. */
function factsOf(run: BatchRun, { mtimeMs, mode, executable }: UploadJob): Partial<SourceFacts> {
  return run.context.options.times ? { mtimeMs, mode, executable } : {};
}
