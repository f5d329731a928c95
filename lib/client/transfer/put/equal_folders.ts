/**
 * Uploads of folders that are equal on both sides.
 *
 * @module
 */

import { bitsOf, equalFileBits } from "../../../storage/permission_bits.ts";
import type { UploadJob } from "../../remote/transfers.ts";
import type { BatchRun } from "../batch_run.ts";
import { equalRoots, type LocalEntry } from "../equal_folders.ts";
import { folderOf, lastName } from "../local_path.ts";
import type { RemoteDigests } from "./remote_digests.ts";

/**
 * Reports the files of equal folders as done.
 *
 * @returns The other jobs.
 */
export async function skipEqualFolders(
  run: BatchRun,
  jobs: readonly UploadJob[],
  digests: RemoteDigests,
): Promise<UploadJob[]> {
  const startedMs = performance.now();
  const left: UploadJob[] = [];
  for (const [folder, inside] of Map.groupBy(jobs, ({ name }) => folderOf(name))) {
    const roots = await rootsOf(run, folder, inside, digests);
    if (roots === null) {
      digests.differs(folder);
      for (const job of inside) left.push(job);
      continue;
    }
    const seconds = (performance.now() - startedMs) / 1000;
    inside.forEach(({ name, source: path, bytes }, i) => {
      const root = roots[i]!;
      run.done({ op: "put", name, path, bytes, moved: 0, root, seconds, verified: "blocks" });
    });
  }
  return left;
}

async function rootsOf(
  run: BatchRun,
  folder: string,
  jobs: readonly UploadJob[],
  digests: RemoteDigests,
): Promise<readonly string[] | null> {
  const digest = await digests.of(folder);
  if (digest === undefined || digest.files !== jobs.length) return null;
  const files: LocalEntry[] = [];
  for (const { name, version } of jobs) {
    if (version === undefined) return null;
    files.push({ name: lastName(name), version });
  }
  return equalRoots(digest, files, run.context.roots, sameBits);
}

function sameBits(local: number, remote: number | null): boolean {
  const mode = bitsOf(local);
  return remote === null || mode === undefined || equalFileBits(remote, { mode }) === remote;
}
