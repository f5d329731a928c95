/**
 * Builds the native form: one executable by `deno compile`.
 *
 * @module
 */

import { join } from "node:path";
import { programFromTask } from "../../testing/programs/program.ts";
import { readConfig } from "../../testing/repository.ts";
import type { Bundle } from "./bundle.ts";
import { DenoFailed, runDeno } from "./run_deno.ts";
import { type ProgramName, PROGRAMS, type Target } from "./targets.ts";

/** Returns the permission flags of a program: exactly those of its task in deno.json. */
export async function permissionFlags(program: ProgramName): Promise<string[]> {
  const { args } = await programFromTask(program);
  return args.slice(1, -1);
}

/** Returns the runtime flags of a program: its permissions, and the unstable features of deno.json. */
export async function runtimeFlags(program: ProgramName): Promise<string[]> {
  const { unstable = [] } = await readConfig();
  return [...await permissionFlags(program), ...unstable.map((feature) => `--unstable-${feature}`)];
}

/** The base runtime of `deno compile` is not available. */
export class NoBaseRuntime extends Error {}

/**
 * Builds one executable.
 *
 * @throws {NoBaseRuntime} If Deno's site, which has the base runtimes, cannot be reached.
 */
export async function makeNative(
  bundle: Bundle,
  program: ProgramName,
  target: Target,
  output: string,
): Promise<void> {
  const include = includedFiles(bundle, program)
    .flatMap((file) => ["--include", join(bundle.folder, file)]);
  try {
    await runDeno([
      "compile",
      ...await runtimeFlags(program),
      // The bundle is complete: without the project's lock, no npm package is embedded as a whole.
      ...["--no-config", "--no-lock", "--no-check", "--exclude-unused-npm"],
      ...["--app-name", program, "--target", target.triple, "--output", output],
      ...include,
      join(bundle.folder, `${PROGRAMS[program]}.js`),
    ]);
  } catch (error) {
    if (!(error instanceof DenoFailed) || !isUnreachable(error.output)) throw error;
    throw new NoBaseRuntime(error.output, { cause: error });
  }
}

/** Returns the files that `deno compile` does not find in a program: those it names in no import. */
export function includedFiles({ files, addressed }: Bundle, program: ProgramName): string[] {
  const later = files.filter((file) => file.startsWith(`${PROGRAMS[program]}/`));
  return [...addressed, ...later];
}

/** Returns whether `deno compile` failed because its base runtime is missing. */
export function isUnreachable(output: string): boolean {
  return /denort|dl\.deno\.land|error sending request|client error \(Connect\)|dns error/.test(
    output,
  );
}
