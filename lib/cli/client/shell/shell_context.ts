/**
 * The context of a command that the shell runs.
 *
 * @module
 */

import { anySignal } from "../../../base/signals.ts";
import type { CommandLine } from "../../program/command_line.ts";
import type { CommandRow } from "../../program/program_table.ts";
import { resolveOptions } from "../../program/resolve_options.ts";
import type { ClientContext } from "../client_context.ts";
import type { ClientValues } from "../client_flags.ts";
import { withRetries } from "../connect.ts";
import { refuseIneffectiveFlags, refuseShellFlags } from "../ineffective_flags.ts";
import { remotePath } from "./remote_path.ts";

/** Commands whose arguments are names on the server. */
const REMOTE = new Set(
  ["get", "ls", "du", "stat", "sum", "rm", "mv", "mkdir", "lock", "unlock", "edit"],
);

/** A command of the shell. */
export interface CommandRequest {
  readonly row: CommandRow<ClientContext>;
  readonly line: CommandLine<ClientContext>;
  /** The line as typed, in words. */
  readonly words: readonly string[];
  /** The current folder on the server. */
  readonly cwd: string;
  /** Stops the command alone. */
  readonly stop: AbortSignal;
}

/** Makes a command's context from that of the shell, whose flags the line can override. */
export function commandContext(shell: ClientContext, request: CommandRequest): ClientContext {
  const { row, line, words, cwd, stop } = request;
  const options = resolveOptions<ClientValues>(
    line,
    shell.program,
    shell.readEnv,
    shell.config,
  );
  const inherited = Object.entries(shell.values).filter(([flag]) =>
    shell.sources[flag] === "flag" && options.sources[flag] === "default"
  );
  refuseShellFlags(options);
  const values: ClientValues = { ...options.values, ...Object.fromEntries(inherited) };
  const signal = anySignal(shell.signal, stop);
  const { open, onRetry } = shell;
  const args = argumentsFor(row.name, line.args, cwd);
  refuseIneffectiveFlags({ values, sources: options.sources, args, command: row.name });
  return {
    ...shell,
    ...options,
    args,
    values: row.name === "put" ? { ...values, to: remotePath(cwd, values.to ?? ".") } : values,
    typed: words,
    signal,
    connect: withRetries(open, { retries: values.retries, signal, onRetry }),
  };
}

/** Resolves arguments that are names on the server against the current folder. */
function argumentsFor(command: string, args: readonly string[], cwd: string): readonly string[] {
  if ((command === "ls" || command === "du") && args.length === 0) return [cwd];
  return REMOTE.has(command) ? args.map((arg) => remotePath(cwd, arg)) : args;
}
