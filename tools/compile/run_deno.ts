/**
 * Deno's own subcommands, run for their result.
 *
 * @module
 */

import { REPOSITORY } from "../../testing/programs.ts";

/** What a subcommand said before it failed. */
export class DenoFailed extends Error {
  constructor(args: readonly string[], readonly said: string) {
    super(`deno ${args.slice(0, 1)} failed: ${said.trim()}`);
  }
}

/**
 * Runs `deno` with arguments in this repository's folder.
 *
 * @throws {DenoFailed} When its exit code is not 0.
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
