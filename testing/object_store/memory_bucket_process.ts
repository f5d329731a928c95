/**
 * An object store in memory, in a process of its own, for tests and measurements of what our server
 * costs.
 *
 * @module
 */

import { RunningProgram } from "../programs/running_program.ts";
import { REPOSITORY } from "../repository.ts";

/** A running store. Disposing it stops it. */
export interface MemoryBucketProcess extends AsyncDisposable {
  /** The URL of a store in it, for `--store`. */
  readonly url: string;
  readonly pid: number;
}

/** Starts one. @param partMs How long it takes to store a part, at least, in milliseconds. */
export async function startMemoryBucket(partMs = 0): Promise<MemoryBucketProcess> {
  const main = new URL("memory_bucket_main.ts", import.meta.url).pathname;
  const program = RunningProgram.start(
    { path: Deno.execPath(), args: ["run", "--allow-net", "--no-check", main] },
    [String(partMs)],
    { cwd: REPOSITORY, timeoutMs: Infinity },
  );
  const endpoint = await program.printed(/^http:\S+/m);
  return {
    url: `s3://bucket?endpoint=${endpoint}`,
    pid: program.pid,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
