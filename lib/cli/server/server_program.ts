/**
 * `ftserver`: its table, and how its commands run.
 *
 * @module
 */

import { lstatOrNull } from "../../base/missing_files.ts";
import type { FlagRow } from "../program/flag_table.ts";
import type { ProgramHost } from "../program/program_host.ts";
import type { ProgramTable } from "../program/program_table.ts";
import { runProgram } from "../program/run_program.ts";
import { SERVER_COMMANDS } from "./server_commands.ts";
import type { ServerContext } from "./server_context.ts";
import { SERVER_FLAGS, type ServerValues } from "./server_flags.ts";

/** The table of `ftserver`. */
export const SERVER: ProgramTable<ServerContext> = {
  name: "ftserver",
  summary: "serves a folder",
  examples: [
    ["ftserver shared", "serve a folder to this machine"],
    ["ftserver film.mp4 --bind 0.0.0.0 --once", "hand one file to another machine"],
    ["ftserver user add ana --role write", "let ana log in and change files"],
  ],
  // `config` prints the settings of `serve`, so it takes the same flags.
  flags: SERVER_FLAGS.map((row: FlagRow) =>
    row.commands?.includes("serve") ? { ...row, commands: [...row.commands, "config"] } : row
  ),
  commands: SERVER_COMMANDS,
  defaultCommand: "serve",
  takesWord: isPath,
  configFile: "server.json",
};

/**
 * Whether a word is a path rather than a misspelt command: it looks like one, or something has that
 * name.
 */
function isPath(word: string): boolean {
  if (/[/\\.]/.test(word)) return true;
  try {
    return lstatOrNull(word) !== null;
  } catch {
    // Such as a word that is too long for a name.
    return false;
  }
}

/**
 * Runs `ftserver`.
 *
 * @param args The command line after the program's name.
 * @param host The system to run on. @default {denoHost()}
 * @returns The exit code.
 */
export function runServer(args: readonly string[], host?: ProgramHost): Promise<number> {
  return runProgram<ServerContext, ServerValues>(SERVER, args, (run) => run, host);
}
