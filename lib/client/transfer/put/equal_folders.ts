/**
 * Uploads of folders that are equal on both sides.
 *
 * @module
 */

import { LOCAL_LOOKS_A_TURN } from "../../../base/limits.ts";
import { Turns } from "../../../base/turns.ts";
import { bitsOf, equalFileBits } from "../../../storage/permission_bits.ts";
import type { UploadJob } from "../../remote/transfers.ts";
import type { BatchRun } from "../batch_run.ts";
import { isEqualFolder, type LocalEntry, type LocalFolder, localFolder } from "../equal_folders.ts";
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
  const folders = Map.groupBy(jobs, ({ name }) => folderOf(name));
  const known = await localFolders(run, folders, digests);
  const left: UploadJob[] = [];
  for (const [folder, inside] of folders) {
    const remote = await digests.of(folder);
    const local = remote?.files === inside.length
      ? known.has(folder) ? known.get(folder)! : await localFolderOf(run, inside)
      : null;
    if (remote === undefined || local === null || !isEqualFolder(local, remote, sameBits)) {
      digests.differs(folder);
      for (const job of inside) left.push(job);
      continue;
    }
    const seconds = (performance.now() - startedMs) / 1000;
    inside.forEach(({ name, source: path, bytes }, i) => {
      const root = local.roots[i]!;
      run.done({ op: "put", name, path, bytes, moved: 0, root, seconds, verified: "blocks" });
    });
  }
  return left;
}

/** The local folders of which digests are computed while those of the server are under way. */
async function localFolders(
  run: BatchRun,
  folders: ReadonlyMap<string, readonly UploadJob[]>,
  digests: RemoteDigests,
): Promise<ReadonlyMap<string, LocalFolder | null>> {
  const found = new Map<string, LocalFolder | null>();
  const turn = new Turns(LOCAL_LOOKS_A_TURN);
  for (const [folder, jobs] of folders) {
    await turn.take(jobs.length, run.context.signal);
    if (digests.arrived) break;
    found.set(folder, await localFolderOf(run, jobs));
  }
  return found;
}

async function localFolderOf(
  run: BatchRun,
  jobs: readonly UploadJob[],
): Promise<LocalFolder | null> {
  const files: LocalEntry[] = [];
  for (const { name, version } of jobs) {
    if (version === undefined) return null;
    files.push({ name: lastName(name), version });
  }
  return await localFolder(files, run.context.roots);
}

function sameBits(local: number, remote: number | null): boolean {
  const mode = bitsOf(local);
  return remote === null || mode === undefined || equalFileBits(remote, { mode }) === remote;
}
