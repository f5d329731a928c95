/**
 * `ftserver`: its commands, and how they are run.
 *
 * @module
 */

import { AUTH_COMMANDS } from "./auth_commands.ts";
import type { FlagRow } from "../program/flag_table.ts";
import { type ProgramHost, runProgram } from "../program/program.ts";
import type { ProgramTable } from "../program/program_table.ts";
import type { ServerContext } from "./server_context.ts";
import { SERVER_FLAGS, type ServerValues } from "./server_flags.ts";

/** What `ftserver` is made of. */
export const SERVER: ProgramTable<ServerContext> = {
  name: "ftserver",
  summary: "serves a folder",
  // Who asks for the settings of `serve` gives what `serve` would be given.
  flags: SERVER_FLAGS.map((row: FlagRow) =>
    row.commands?.includes("serve") ? { ...row, commands: [...row.commands, "config"] } : row
  ),
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
    {
      name: "status",
      summary: "tell what a server does",
      usage: "",
      count: [0, 0],
      answers: true,
      load: async () => (await import("./commands/status.ts")).runStatus,
    },
    {
      name: "config",
      summary: "print settings, sources",
      usage: "--print",
      count: [0, 0],
      answers: true,
      load: async () => (await import("./commands/check_config.ts")).runConfig,
    },
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
    ({ options, host: { readEnv, exit }, ...run }) => ({
      ...run,
      ...options,
      readEnv,
      exit,
    }),
    host,
  );
}
