/**
 * Uploads small files in groups.
 *
 * @module
 */

import { SMALL_FILE_BYTES } from "../../../base/limits.ts";
import { asFtError } from "../../../base/os_errors.ts";
import { smallFile, smallRoot } from "../../../blocks/small_file_digest.ts";
import type { Files, SmallFile } from "../../../service/files.ts";
import { contentOptions, type TransferContext } from "../../remote/transfer_context.ts";
import type { JobOutcome, UploadJob } from "../../remote/transfers.ts";
import { noticeTime } from "../local_facts.ts";

/**
 * Uploads a group. A job has no outcome if its target exists and is not to be replaced, so that their
 * content is compared, or if a retry may cure its failure.
 *
 * @param replace Whether targets that exist are replaced.
 */
export async function* uploadGroup<J extends UploadJob>(
  files: Files,
  jobs: readonly J[],
  context: TransferContext,
  replace: boolean,
): AsyncGenerator<JobOutcome<J>> {
  const started = performance.now();
  const readMs = Date.now();
  const sent = new Map<string, { readonly job: J; readonly file: SmallFile }>();
  for (const job of jobs) {
    try {
      const file = readSmall(job, context);
      // It may have grown; then it is sent in blocks.
      if (file.bytes.length <= SMALL_FILE_BYTES) sent.set(job.name, { job, file });
    } catch (error) {
      yield { job, error: asFtError(error, `Cannot read ${job.source}`, job.source) };
    }
  }
  const contents = [...sent.values()].map(({ file }) => file);
  const precondition = { kind: replace ? "any" : "absent" } as const;
  const options = { ...contentOptions(context), precondition };
  for (const result of await files.writeMany(contents, options)) {
    const { job, file } = sent.get(result.path)!;
    const { name, source: path } = job;
    if ("error" in result) {
      const error = asFtError(result.error, undefined, name);
      if (error.code !== "conflict" && !error.retryable) yield { job, error };
      continue;
    }
    if (context.options.times) noticeTime(name, file.mtimeMs, result.value.mtimeMs, context);
    const bytes = file.bytes.length;
    const root = smallRoot(file);
    if (job.version?.bytes === bytes) context.roots.remember(job.version, root, readMs);
    const facts = { bytes, moved: bytes, root, verified: "blocks" } as const;
    const seconds = (performance.now() - started) / 1000;
    yield { job, result: { op: "put", name, path, seconds, ...facts } };
  }
}

function readSmall({ source, name, ...facts }: UploadJob, context: TransferContext) {
  const { times } = context.options;
  return smallFile({
    path: name,
    bytes: Deno.readFileSync(source),
    mtimeMs: times ? facts.mtimeMs : Date.now(),
    executable: times && facts.executable,
    mode: times ? facts.mode : undefined,
  });
}
