/**
 * `ftserver`: its commands, and how they are run.
 *
 * @module
 */

import { AUTH_COMMANDS } from "./auth_commands.ts";
import { type ProgramHost, runProgram } from "./program.ts";
import type { ProgramTable } from "./program_table.ts";
import type { ServerContext } from "./server_context.ts";
import { SERVER_FLAGS, type ServerValues } from "./server_flags.ts";

/** What `ftserver` is made of. */
export const SERVER: ProgramTable<ServerContext> = {
  name: "ftserver",
  summary: "serves a folder",
  flags: SERVER_FLAGS,
  commands: [
    {
      name: "serve",
      summary: "serve a folder",
      usage: "",
      count: [0, 0],
      ownSignals: true,
      load: async () => (await import("./commands/serve.ts")).runServe,
    },
    {
      name: "fingerprint",
      summary: "print fingerprint and link",
      usage: "",
      count: [0, 0],
      answers: true,
      load: async () => (await import("./commands/fingerprint.ts")).runFingerprint,
    },
    ...AUTH_COMMANDS,
  ],
  defaultCommand: "serve",
  configFile: "server.json",
};

/**
 * Runs `ftserver`.
 *
 * @param args The command line after the program's name.
 * @param host The system to run on; the real one by default.
 * @returns The exit code.
 */
export function runServer(args: readonly string[], host?: ProgramHost): Promise<number> {
  return runProgram<ServerContext, ServerValues>(
    SERVER,
    args,
    ({ args, options, out, signal, owned, host: { readEnv, exit } }) => ({
      args,
      ...options,
      out,
      signal,
      owned,
      readEnv,
      exit,
    }),
    host,
  );
}
