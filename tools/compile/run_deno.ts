/**
 * Runs Deno's own subcommands.
 *
 * @module
 */

import { REPOSITORY } from "../../testing/repository.ts";

/** A subcommand failed, with its output. */
export class DenoFailed extends Error {
  constructor(args: readonly string[], readonly output: string) {
    super(`deno ${args.slice(0, 1)} failed: ${output.trim()}`);
  }
}

/**
 * Runs `deno` with arguments in the repository.
 *
 * @throws {DenoFailed} If its exit code is not 0.
 */
export async function runDeno(args: readonly string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: REPOSITORY,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new DenoFailed(args, decoder.decode(stderr) || decoder.decode(stdout));
}
