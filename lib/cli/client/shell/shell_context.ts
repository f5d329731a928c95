/**
 * The context of a command that the shell runs.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { anySignal } from "../../../base/signals.ts";
import { parseEndpoints } from "../../../client/remote/endpoints.ts";
import type { CommandLine } from "../../program/command_line.ts";
import type { CommandRow } from "../../program/program_table.ts";
import { resolveOptions } from "../../program/resolve_options.ts";
import type { ClientContext } from "../client_context.ts";
import type { ClientValues } from "../client_flags.ts";
import { withRetries } from "../connect.ts";
import { refuseIneffectiveFlags, refuseShellFlags } from "../ineffective_flags.ts";
import { resolveServerNames } from "../server_names.ts";
import { remotePath } from "./remote_path.ts";

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
  const typed: ClientValues = { ...options.values, ...Object.fromEntries(inherited) };
  const signal = anySignal(shell.signal, stop);
  const { open, onRetry } = shell;
  const lists = row.name === "ls" || row.name === "du";
  const args = lists && line.args.length === 0 ? ["."] : line.args;
  const names = serverNames(shell, row, { ...options, values: typed, args }, cwd);
  refuseIneffectiveFlags({ ...names, sources: options.sources, command: row.name });
  return {
    ...shell,
    ...options,
    ...names,
    words: args,
    typed: words,
    signal,
    connect: withRetries(open, { retries: typed.retries, signal, onRetry }),
  };
}

/** Words of a line that are perhaps names on the server. */
type Words = Pick<ClientContext, "values" | "sources" | "args">;

/**
 * Resolves the names on the server of a command, against the current folder.
 *
 * @throws `usage` for a URL on another server than that of the shell, or with a pin or token that the
 *   shell did not connect with.
 */
export function serverNames(
  shell: ClientContext,
  row: Pick<CommandRow<never>, "name" | "onServer" | "offline">,
  { values, sources, args }: Words,
  cwd: string,
): Pick<ClientContext, "values" | "args"> {
  const { values: { host, pin }, readEnv } = shell;
  const relative = (name: string) => remotePath(cwd, name);
  // The shell is connected, so its host gives way to no URL.
  const fixed = { ...sources, host: "flag" } as const;
  const typed = { values: { ...values, host }, sources: fixed, args, readEnv };
  const named = resolveServerNames(typed, row, { relative });
  const pins = [host, named.values.host].map((link) => link && parseEndpoints(link)[0].pin);
  if (named.token !== undefined || (pins[1] !== pins[0] && pins[1] !== pin)) {
    const message = "a pin or token holds for the whole shell: set it when the shell starts";
    throw new FtError("usage", message, { name: "host" });
  }
  return { values: { ...named.values, host }, args: named.args };
}
