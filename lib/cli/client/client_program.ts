/**
 * `ftclient`: its commands, and how they are run.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { RetryAttempt } from "../../base/retry.ts";
import { createLogger, type Logger, SILENT } from "../../base/log.ts";
import { VERSION } from "../../base/version.ts";
import type { ClientContext } from "./client_context.ts";
import { CLIENT_COMMANDS } from "./client_commands.ts";
import { CLIENT_FLAGS, type ClientValues } from "./client_flags.ts";
import { clientStateDir, opener, withRetries } from "./connect.ts";
import { wantsLogFile } from "../log/log_choice.ts";
import { paint } from "../terminal/output.ts";
import { type ProgramHost, type Run, runProgram } from "../program/program.ts";
import type { CommandRow, ProgramTable } from "../program/program_table.ts";
import { retryText } from "../progress/retry_text.ts";
import { transferLog } from "../log/transfer_log.ts";

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

/** The log of a run: nowhere, unless a file is wanted. */
async function openLog(run: Run<ClientValues>): Promise<Logger> {
  const { out, owned, options: { values, sources } } = run;
  if (!wantsLogFile(values, sources)) return SILENT;
  const { openLogFile } = await import("../log/log_file.ts");
  const file = owned.use(
    await openLogFile({
      dir: values["log-dir"],
      program: "client",
      format: values["log-format"],
      onFault: ({ message }) => out.error(`ftclient: ${message}`),
    }),
  );
  return createLogger(file.sink, values["log-level"]);
}

async function makeContext(
  run: Run<ClientValues>,
  row: CommandRow<ClientContext>,
): Promise<ClientContext> {
  const { out, signal, args, typed, options: { values, sources }, host: { readEnv } } = run;
  const log = await openLog(run);
  log.info("client.start", { version: VERSION, command: row.name, host: values.host });
  const notice = (text: string) => out.notice(text);
  const { openClientIdentity } = await import("../../client/trust/client_identity.ts");
  const identity = openClientIdentity(row.offline ? undefined : clientStateDir(readEnv));
  const open = row.offline
    ? () => refuseOffline(row.name)
    : await opener(values, { signal, readEnv, notice, identity });
  const logged = transferLog(log);
  const onRetry = (attempt: RetryAttempt) => {
    logged({ kind: "retry", ...attempt });
    out.notice(paint("yellow", retryText(attempt, Date.now())));
  };
  const connect = withRetries(open, { retries: values.retries, signal, onRetry });
  return {
    program: CLIENT,
    args,
    values,
    sources,
    out,
    log,
    signal,
    typed,
    readEnv,
    identity,
    open,
    connect,
    onRetry,
  };
}

function refuseOffline(command: string): never {
  throw new FtError("internal", `${command} is declared offline but connects`);
}
