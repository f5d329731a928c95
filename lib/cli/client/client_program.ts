/**
 * `ftclient`: its table, and how its commands run.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { createLogger, SILENT } from "../../base/log.ts";
import type { RetryAttempt } from "../../base/retry.ts";
import { clientStateDir } from "../../base/state_dirs.ts";
import { VERSION } from "../../base/version.ts";
import { openRequestedLog } from "../log/requested_log.ts";
import { transferLog } from "../log/transfer_log.ts";
import type { ProgramRun } from "../program/command_context.ts";
import { denoHost, type ProgramHost } from "../program/program_host.ts";
import type { CommandRow, ProgramTable } from "../program/program_table.ts";
import { runProgram } from "../program/run_program.ts";
import { retryText } from "../progress/retry_text.ts";
import { paint } from "../terminal/output.ts";
import { expandAliases } from "./aliases.ts";
import { CLIENT_COMMANDS } from "./client_commands.ts";
import { CLIENT_SYNONYMS } from "./client_synonyms.ts";
import type { ClientContext } from "./client_context.ts";
import { CLIENT_FLAGS, type ClientValues } from "./client_flags.ts";
import { opener, withRetries } from "./connect.ts";
import { refuseIneffectiveFlags } from "./ineffective_flags.ts";
import { elsewhere } from "./named_host.ts";
import { offeredHost } from "./offered_host.ts";
import { resolveServerNames } from "./server_names.ts";

/** The hidden command that completes names on a server. */
const COMPLETE = "__complete";

/** The table of `ftclient`. */
export const CLIENT: ProgramTable<ClientContext> = {
  name: "ftclient",
  summary: "downloads, uploads and lists files of an ftserver",
  examples: [
    ["ftclient get report.pdf --host box.lan", "download a file"],
    ["ftclient put -r photos --host box.lan", "upload a folder"],
    ["ftclient chat --host box.lan", "chat with everyone connected"],
  ],
  flags: CLIENT_FLAGS,
  commands: CLIENT_COMMANDS,
  synonyms: CLIENT_SYNONYMS,
  configFile: "client.json",
  completesNames: COMPLETE,
};

/**
 * Runs `ftclient`.
 *
 * @param args The command line after the program's name.
 * @param host The system to run on. @default {denoHost()}
 * @returns The exit code.
 */
export async function runClient(args: readonly string[], host?: ProgramHost): Promise<number> {
  if (args[0] === COMPLETE) {
    const { completeNames } = await (import("./complete_names.ts" as string) as Promise<
      typeof import("./complete_names.ts")
    >);
    return await completeNames(CLIENT, args[1] ?? "", host ?? denoHost());
  }
  return await runProgram<ClientContext, ClientValues>(CLIENT, args, makeContext, host);
}

async function makeContext(
  typedRun: ProgramRun<ClientValues>,
  row: CommandRow<ClientContext>,
): Promise<ClientContext> {
  const { token, ...run } = await resolveNames(expandAliases(typedRun, row), row);
  const { out, signal, values, readEnv } = run;
  refuseIneffectiveFlags({ ...run, token, command: row.name });
  const sink = await openRequestedLog("client", run);
  const log = sink === undefined ? SILENT : createLogger(sink, values["log-level"]);
  log.info("client.start", { version: VERSION, command: row.name, host: values.host });
  const notice = (text: string) => out.notice(text);
  const { openClientIdentity } = await import("../../client/trust/client_identity.ts");
  const identity = openClientIdentity(row.offline ? undefined : clientStateDir(readEnv));
  const open = row.offline
    ? () => refuseOffline(row.name)
    : await opener(values, { signal, readEnv, notice, identity, token });
  const logEvent = transferLog(log);
  const onRetry = (attempt: RetryAttempt) => {
    logEvent({ kind: "retry", ...attempt });
    out.notice(paint("yellow", retryText(attempt, Date.now())));
  };
  const connect = withRetries(open, { retries: values.retries, signal, onRetry });
  return { ...run, words: typedRun.args, program: CLIENT, log, identity, open, connect, onRetry };
}

/** Resolves names and host; a user who gave no host may be offered one. */
async function resolveNames(run: ProgramRun<ClientValues>, row: CommandRow<ClientContext>) {
  const resolved = resolveServerNames(run, row);
  if (row.offline || resolved.values.host !== undefined) return resolved;
  const host = await offeredHost(run.out, run);
  if (host === undefined) return resolved;
  const { values, readEnv } = elsewhere(run);
  const sources = { ...run.sources, host: "flag" } as const;
  return resolveServerNames({ ...run, readEnv, values: { ...values, host }, sources }, row);
}

function refuseOffline(command: string): never {
  throw new FtError("internal", `${command} is declared offline but connects`);
}
