/**
 * `ftclient`: its commands, and how they are run.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { OnTransferEvent } from "../client/events.ts";
import type { ClientContext } from "./client_context.ts";
import { CLIENT_COMMANDS } from "./client_commands.ts";
import { CLIENT_FLAGS, type ClientValues } from "./client_flags.ts";
import { opener, withRetries } from "./connect.ts";
import { paint } from "./output.ts";
import { type ProgramHost, type Run, runProgram } from "./program.ts";
import type { CommandRow, ProgramTable } from "./program_table.ts";
import { retryText } from "./retry_text.ts";

/** What `ftclient` is made of. */
export const CLIENT: ProgramTable<ClientContext> = {
  name: "ftclient",
  summary: "gets, puts and lists files of an ftserver",
  flags: CLIENT_FLAGS,
  commands: CLIENT_COMMANDS,
  configFile: "client.json",
};

/**
 * Runs `ftclient`.
 *
 * @param args The command line after the program's name.
 * @param host The system to run on; the real one by default.
 * @returns The exit code.
 */
export function runClient(args: readonly string[], host?: ProgramHost): Promise<number> {
  return runProgram<ClientContext, ClientValues>(CLIENT, args, makeContext, host);
}

async function makeContext(
  run: Run<ClientValues>,
  row: CommandRow<ClientContext>,
): Promise<ClientContext> {
  const { out, signal, args, typed, options: { values, sources } } = run;
  const open = row.offline ? () => refuseOffline(row.name) : await opener(values, signal);
  const onRetry: OnTransferEvent = (event) => {
    if (event.kind === "retry") out.notice(paint("yellow", retryText(event, Date.now())));
  };
  const connect = () => withRetries(open, { retries: values.retries, signal, onRetry });
  return { args, values, sources, out, signal, typed, open, connect };
}

function refuseOffline(command: string): never {
  throw new FtError("internal", `${command} is declared offline but connects`);
}
