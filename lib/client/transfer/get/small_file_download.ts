/**
 * Downloads small files in groups, each written whole and at once.
 *
 * @module
 */

import { TargetExists } from "../../remote/target_exists.ts";
import { FtError } from "../../../base/errors.ts";
import { asFtError, codeOf } from "../../../base/os_errors.ts";
import { smallRoot } from "../../../blocks/small_file_digest.ts";
import type { Files, SmallFile } from "../../../service/files.ts";
import { renameFileToFree } from "../../../base/atomic_name.ts";
import { removeQuietly } from "../../../base/missing_files.ts";
import { HAS_PERMISSION_BITS } from "../../../storage/permission_bits.ts";
import { contentOptions, type TransferContext } from "../../remote/transfer_context.ts";
import type { DownloadJob, JobOutcome } from "../../remote/transfers.ts";
import { localBits, noticeTime } from "../local_facts.ts";
import { openFreshPart } from "./part_file.ts";
import { type PartPaths, partPaths } from "./part_names.ts";

/**
 * Downloads a group. A job has no outcome if a retry may cure its failure, or if its target exists by
 * now, so that their content is compared.
 */
export async function* downloadGroup<J extends DownloadJob>(
  files: Files,
  jobs: readonly J[],
  context: TransferContext,
): AsyncGenerator<JobOutcome<J>> {
  const started = performance.now();
  const byName = new Map(jobs.map((job) => [job.name, job]));
  for await (const result of files.readMany([...byName.keys()], contentOptions(context))) {
    const job = byName.get(result.path)!;
    if ("error" in result) {
      const error = asFtError(result.error);
      if (!error.retryable) yield { job, error };
      continue;
    }
    const { name, target: path } = job;
    const bytes = result.value.bytes.length;
    try {
      const { times } = context.options;
      const stored = writeSmallFile(partPaths(path, context.partLike), result.value, times);
      if (times) noticeTime(path, result.value.mtimeMs, stored, context);
      const facts = {
        bytes,
        moved: bytes,
        root: smallRoot(result.value),
        verified: "blocks",
      } as const;
      const seconds = (performance.now() - started) / 1000;
      yield { job, result: { op: "get", name, path, seconds, ...facts } };
    } catch (cause) {
      const error = asFtError(cause);
      if (error.code !== "conflict") yield { job, error };
    }
  }
}

/**
 * Writes a small file under a name that must be free.
 *
 * @param times Whether its time and permission bits are kept.
 * @returns Its modification time, which may not be the one asked for.
 * @throws `conflict` when the name is taken, `disk_full`, `not_allowed`.
 */
export function writeSmallFile(paths: PartPaths, file: SmallFile, times: boolean): number {
  const { part: draft, target } = paths;
  try {
    using part = openFreshPart(paths);
    try {
      for (let at = 0; at < file.bytes.length;) at += part.writeSync(file.bytes.subarray(at));
      const mode = localBits(target, times ? file : {}, false);
      if (HAS_PERMISSION_BITS) Deno.chmodSync(draft, mode);
      if (times) part.utimeSync(new Date(), new Date(file.mtimeMs));
      const { mtime } = part.statSync();
      renameFileToFree(draft, target);
      return mtime?.getTime() ?? file.mtimeMs;
    } catch (error) {
      removeQuietly(draft);
      throw error;
    }
  } catch (error) {
    if (error instanceof FtError) throw error;
    if (codeOf(error) !== "conflict") throw asFtError(error, `Cannot write ${target}`);
    throw new TargetExists(target, error);
  }
}
