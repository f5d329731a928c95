/**
 * The native form: one executable by `deno compile`.
 *
 * @module
 */

import { join } from "../../testing/paths.ts";
import { programFromTask, readConfig } from "../../testing/programs.ts";
import type { Bundle } from "./bundle.ts";
import { DenoFailed, runDeno } from "./run_deno.ts";
import { type ProgramName, PROGRAMS, type Target } from "./targets.ts";

/** The permission flags of a program: those of its task in deno.json, and nothing else. */
export async function permissionFlags(program: ProgramName): Promise<string[]> {
  const { args } = await programFromTask(program);
  return args.slice(1, -1);
}

/** The flags a program is started with: its permissions, and the features deno.json turns on. */
export async function runtimeFlags(program: ProgramName): Promise<string[]> {
  const { unstable = [] } = await readConfig();
  return [...await permissionFlags(program), ...unstable.map((feature) => `--unstable-${feature}`)];
}

/** The base runtime of `deno compile` could not be had. */
export class NoBaseRuntime extends Error {}

/**
 * Makes one executable.
 *
 * @throws {NoBaseRuntime} When Deno's site, which has the base runtimes, cannot be reached.
 */
export async function makeNative(
  bundle: Bundle,
  program: ProgramName,
  target: Target,
  output: string,
): Promise<void> {
  const include = bundle.addressed.flatMap((file) => ["--include", join(bundle.folder, file)]);
  try {
    await runDeno([
      "compile",
      ...await runtimeFlags(program),
      // The bundle stands for itself: without the project's lock no npm package is embedded whole.
      ...["--no-config", "--no-lock", "--no-check", "--exclude-unused-npm"],
      ...["--app-name", program, "--target", target.triple, "--output", output],
      ...include,
      join(bundle.folder, `${PROGRAMS[program]}.js`),
    ]);
  } catch (error) {
    if (!(error instanceof DenoFailed) || !saysUnreachable(error.said)) throw error;
    throw new NoBaseRuntime(error.said, { cause: error });
  }
}

/** Whether `deno compile` failed for want of its base runtime. */
export function saysUnreachable(said: string): boolean {
  return /denort|dl\.deno\.land|error sending request|client error \(Connect\)|dns error/.test(
    said,
  );
}
