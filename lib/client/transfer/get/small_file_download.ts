/**
 * Downloads small files in groups, each written whole and at once.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { asFtError, codeOf } from "../../../base/os_errors.ts";
import { smallRoot } from "../../../blocks/small_file_digest.ts";
import type { Files, SmallFile } from "../../../service/files.ts";
import { renameFile } from "../../../base/atomic_name.ts";
import { removeQuietly } from "../../../base/missing_files.ts";
import { HAS_PERMISSION_BITS } from "../../../storage/permission_bits.ts";
import { makeSmallFile } from "../../../storage/small_file_write.ts";
import { contentOptions, type TransferContext } from "../../remote/transfer_context.ts";
import type { DownloadJob, JobOutcome } from "../../remote/transfers.ts";
import { folderOf } from "../local_path.ts";
import { localBits } from "../local_facts.ts";
import { openFreshPart } from "./part_file.ts";
import { type PartPaths, partPaths } from "./part_names.ts";
import { StagedFolder } from "./staged_folder.ts";
import { TimeCheck } from "./time_check.ts";

/** New files that a folder needs to be filled under a hidden name, which costs as much as some of them. */
const WORTH_STAGING = 8;
/** The bits that a part file has anyway. */
const OWNER_BITS = 0o600;

/**
 * Downloads a group. A job has no outcome if a retry may cure its failure, or if its target exists by
 * now and is not to be replaced, so that their content is compared.
 *
 * @param replace Whether targets that exist are replaced.
 */
export async function* downloadGroup<J extends DownloadJob>(
  files: Files,
  jobs: readonly J[],
  context: TransferContext,
  replace: boolean,
): AsyncGenerator<JobOutcome<J>> {
  const byName = new Map(jobs.map((job) => [job.name, job]));
  const counts = Map.groupBy(jobs, ({ target }) => folderOf(target));
  using folders = new FolderRuns<J>(context, replace, (folder) => counts.get(folder)!.length);
  try {
    for await (const result of files.readMany([...byName.keys()], contentOptions(context))) {
      const job = byName.get(result.path)!;
      if ("value" in result) yield* folders.write(job, result.value);
      else {
        const error = asFtError(result.error);
        if (!error.retryable) yield { job, error };
      }
    }
  } catch (error) {
    yield* folders.finish();
    throw error;
  }
  yield* folders.finish();
}

/** A file that was written. */
interface Written<J> {
  readonly job: J;
  readonly file: SmallFile;
}

/** Writes the files of a group folder by folder. Disposing it gives written files their names. */
class FolderRuns<J extends DownloadJob> implements Disposable {
  readonly #context: TransferContext;
  readonly #replace: boolean;
  readonly #count: (folder: string) => number;
  readonly #started = performance.now();
  #folder: string | undefined;
  #staged: StagedFolder | null = null;
  #times = new TimeCheck();
  #written: Written<J>[] = [];

  /** @param count Files of the group in a folder. */
  constructor(context: TransferContext, replace: boolean, count: (folder: string) => number) {
    this.#context = context;
    this.#replace = replace;
    this.#count = count;
  }

  /** Writes a file. Yields the outcomes of files that have their names, or cannot be written. */
  *write(job: J, file: SmallFile): Generator<JobOutcome<J>> {
    const folder = folderOf(job.target);
    if (folder !== this.#folder) {
      yield* this.finish();
      this.#begin(folder);
    }
    try {
      const { times } = this.#context.options;
      const { target } = job;
      if (this.#staged === null) {
        const paths = partPaths(target, this.#context.partLike);
        writeSmallFile(paths, file, { times, replace: this.#replace });
        if (times) this.#times.look(target, file.mtimeMs, this.#context);
        yield this.#outcome({ job, file });
      } else {
        const at = this.#staged.pathOf(target);
        writeNew(at, target, file, times);
        if (times) this.#times.look(at, file.mtimeMs, this.#context);
        this.#written.push({ job, file });
      }
    } catch (cause) {
      const error = asFtError(cause);
      if (error.code !== "conflict") yield { job, error };
    }
  }

  /** Ends the folder. Yields the outcomes of the files that got their names with it. */
  *finish(): Generator<JobOutcome<J>> {
    const named = this.#publish();
    const written = this.#written;
    this.#written = [];
    for (const one of written) if (named.has(one.job.target)) yield this.#outcome(one);
  }

  #begin(folder: string): void {
    const { emptyFolders, partLike } = this.#context;
    this.#folder = folder;
    this.#times = new TimeCheck();
    const mayStage = emptyFolders.delete(folder) && this.#count(folder) >= WORTH_STAGING;
    this.#staged = mayStage ? stagedFolder(folder, partPaths(folder, partLike).part) : null;
  }

  #publish(): ReadonlySet<string> {
    using staged = this.#staged;
    this.#staged = null;
    this.#folder = undefined;
    return staged?.publish(this.#written.map(({ job }) => job.target)) ?? new Set();
  }

  #outcome({ job, file }: Written<J>): JobOutcome<J> {
    const { name, target: path } = job;
    const bytes = file.bytes.length;
    const facts = { bytes, moved: bytes, root: smallRoot(file), verified: "blocks" } as const;
    const seconds = (performance.now() - this.#started) / 1000;
    return { job, result: { op: "get", name, path, seconds, ...facts } };
  }

  [Symbol.dispose](): void {
    this.#publish();
  }
}

/** Creates a hidden folder in which the user's mask is known; `null` where that is not possible. */
function stagedFolder(folder: string, part: string): StagedFolder | null {
  using stack = new DisposableStack();
  const staged = stack.adopt(StagedFolder.create(folder, part), (made) => made?.[Symbol.dispose]());
  try {
    // A probe for the mask that a fault leaves behind is removed with the hidden folder.
    if (staged !== null) localBits(staged.pathOf("f"), {}, false);
  } catch {
    return null;
  }
  stack.move();
  return staged;
}

/**
 * Writes a small file under its name.
 *
 * @param how Whether its time and permission bits are kept, and whether a file of that name is
 *   replaced, which keeps its bits.
 * @throws `conflict` when the name is taken, `disk_full`, `not_allowed`.
 */
export function writeSmallFile(
  paths: PartPaths,
  file: SmallFile,
  { times, replace }: { readonly times: boolean; readonly replace: boolean },
): void {
  const { part: draft, target } = paths;
  try {
    const mode = localBits(target, times ? file : {}, replace);
    using part = openFreshPart(paths, mode);
    try {
      for (let at = 0; at < file.bytes.length;) at += part.writeSync(file.bytes.subarray(at));
      const differs = replace || (mode & OWNER_BITS) !== OWNER_BITS;
      if (HAS_PERMISSION_BITS && differs) Deno.chmodSync(draft, mode);
      if (times) part.utimeSync(new Date(), new Date(file.mtimeMs));
      renameFile(draft, target, replace);
    } catch (error) {
      removeQuietly(draft);
      throw error;
    }
  } catch (error) {
    throw writeError(error, target);
  }
}

/** Writes a small file into a folder that nobody sees yet. @throws As {@linkcode writeSmallFile}. */
function writeNew(at: string, target: string, file: SmallFile, times: boolean): void {
  try {
    const bits = localBits(at, times ? file : {}, false);
    makeSmallFile(at, file.bytes, times ? file.mtimeMs : undefined, bits);
  } catch (error) {
    if (codeOf(error) !== "conflict") removeQuietly(at);
    throw writeError(error, target);
  }
}

function writeError(error: unknown, target: string): FtError {
  if (error instanceof FtError) return error;
  if (codeOf(error) !== "conflict") return asFtError(error, `Cannot write ${target}`);
  return new FtError("conflict", `already exists: ${target}`, { name: target, cause: error });
}
