/**
 * A scrub that can be continued: its progress is a file in the state folder.
 *
 * @module
 */

import * as v from "valibot";
import { writeAtomically } from "../base/atomic_write.ts";
import { MAX_NAMED_DAMAGE, SCRUB_SAVE_MS } from "../base/limits.ts";
import { asFtError, codeOf } from "../base/os_errors.ts";
import type { RateLimit } from "../base/rate_limit.ts";
import { scrub, type ScrubbedFile, type ScrubContext } from "../service/scrub.ts";
import { storePath } from "../storage/store_path.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const progressSchema = v.object({
  path: v.string(),
  startedMs: count,
  /** When it ended; absent while it is unfinished. */
  endedMs: v.optional(count),
  after: v.optional(v.string()),
  files: count,
  bytes: count,
  recorded: count,
  damaged: count,
  repaired: v.optional(count, 0),
  unreadable: count,
  /** The first damaged and unreadable files. */
  named: v.array(v.object({ path: v.string(), blocks: v.optional(v.array(count)) })),
});

/** The progress of a scrub, or its result. */
export type ScrubProgress = v.InferOutput<typeof progressSchema>;

/** A scrub to run. */
export interface ScrubRun {
  /** The state folder. */
  readonly state: string;
  /** The file or folder; `"."` for all. */
  readonly path: string;
  readonly rate?: RateLimit | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each file. */
  readonly onFile: (file: ScrubbedFile) => void;
  /** Called first if an earlier run is continued. */
  readonly onContinued?: (progress: ScrubProgress) => void;
}

const fileIn = (state: string) => `${state}/scrub.json`;

/**
 * Checks content from the place where an unfinished run of the same path has ended.
 *
 * @returns The result, with that of the earlier run.
 * @throws As `scrub`; the progress is kept.
 */
export async function runScrub(context: ScrubContext, run: ScrubRun): Promise<ScrubProgress> {
  const path = storePath(run.path);
  const earlier = readScrub(run.state);
  const continued = earlier?.endedMs === undefined && earlier?.path === path;
  let progress = continued ? earlier : freshScrub(path);
  if (continued) run.onContinued?.(progress);
  let savedMs = performance.now();
  const { after } = progress;
  try {
    for await (const file of scrub(context, { ...run, path, after })) {
      progress = counted(progress, file);
      run.onFile(file);
      if (performance.now() - savedMs < SCRUB_SAVE_MS) continue;
      saveScrub(run.state, progress);
      savedMs = performance.now();
    }
    progress = { ...progress, endedMs: Date.now() };
    return progress;
  } finally {
    saveScrub(run.state, progress);
  }
}

function freshScrub(path: string): ScrubProgress {
  const counts = { files: 0, bytes: 0, recorded: 0, damaged: 0, repaired: 0, unreadable: 0 };
  return { path, startedMs: Date.now(), ...counts, named: [] };
}

function counted(progress: ScrubProgress, file: ScrubbedFile): ScrubProgress {
  const { path, bytes, state, blocks } = file;
  const is = (name: ScrubbedFile["state"]) => state === name ? 1 : 0;
  const isNamed = (state === "damaged" || state === "unreadable") &&
    progress.named.length < MAX_NAMED_DAMAGE;
  return {
    ...progress,
    after: path,
    files: progress.files + 1,
    bytes: progress.bytes + bytes,
    recorded: progress.recorded + is("recorded"),
    damaged: progress.damaged + is("damaged"),
    repaired: progress.repaired + is("repaired"),
    unreadable: progress.unreadable + is("unreadable"),
    named: isNamed ? [...progress.named, { path, blocks: blocks && [...blocks] }] : progress.named,
  };
}

/** Reads the progress of the last scrub. A broken file is none: the scrub begins again. */
export function readScrub(state: string): ScrubProgress | undefined {
  try {
    return v.parse(progressSchema, JSON.parse(Deno.readTextFileSync(fileIn(state))));
  } catch (error) {
    if (error instanceof v.ValiError || error instanceof SyntaxError) return undefined;
    if (codeOf(error) === "not_found") return undefined;
    throw asFtError(error, `Cannot read ${fileIn(state)}`, fileIn(state));
  }
}

function saveScrub(state: string, progress: ScrubProgress): void {
  try {
    const text = `${JSON.stringify(progress)}\n`;
    writeAtomically(fileIn(state), text, { replace: true, mode: 0o600 });
  } catch (error) {
    throw asFtError(error, `Cannot write ${fileIn(state)}`, fileIn(state));
  }
}
