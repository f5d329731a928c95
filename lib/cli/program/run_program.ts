/**
 * Runs a program: from its table and a command line to an exit code.
 *
 * @module
 */

import { type FtError, isInterruption } from "../../base/errors.ts";
import { VERSION } from "../../base/version.ts";
import { reportError } from "../terminal/error_report.ts";
import { Output, StdoutClosed } from "../terminal/output.ts";
import type { ProgramRun } from "./command_context.ts";
import { checkCommandLine, type CommandLine, parseCommandLine } from "./command_line.ts";
import { completionScript, type Shell } from "./completion_script.ts";
import { type ConfigFile, defaultConfigPath, readConfig } from "./config_file.ts";
import { interruptedBy } from "./end_signals.ts";
import { envName } from "./flag_table.ts";
import { helpText } from "./help_text.ts";
import { denoHost, type ProgramHost } from "./program_host.ts";
import type { CommandRow, ProgramTable } from "./program_table.ts";
import { resolveOptions } from "./resolve_options.ts";
import { VERSION_SUFFIX } from "./version_suffix.ts";

/** The settings every program has. */
export interface CommonValues {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly "no-color": boolean;
  readonly json?: boolean;
}

/** Makes the context a program gives its commands. */
export type MakeContext<C, V> = (run: ProgramRun<V>, row: CommandRow<C>) => Promise<C> | C;

function makeOutput(host: ProgramHost, values: CommonValues): Output {
  const { stdout, stderr, size, readEnv } = host;
  const moving = readEnv("TERM") !== "dumb";
  const colour = moving && !values["no-color"] && !readEnv("NO_COLOR");
  const { quiet, verbose, json = false } = values;
  return new Output({ stdout, stderr, size, moving, colour, quiet, verbose, json });
}

/** The settings that already matter when the command line itself is wrong. */
function earlyValues(typed: readonly string[]): CommonValues {
  const end = typed.indexOf("--");
  const flags = end === -1 ? typed : typed.slice(0, end);
  return {
    quiet: false,
    verbose: false,
    "no-color": flags.includes("--no-color"),
    json: flags.includes("--json"),
  };
}

/**
 * Runs a program.
 *
 * @param typed The command line after the program's name.
 * @returns The exit code.
 */
export async function runProgram<C, V extends CommonValues>(
  table: ProgramTable<C>,
  typed: readonly string[],
  makeContext: MakeContext<C, V>,
  host: ProgramHost = denoHost(),
): Promise<number> {
  let out = makeOutput(host, earlyValues(typed));
  let code = 0;
  try {
    const line = parseCommandLine(typed, table);
    if (!describeProgram(table, line, out)) {
      const row = checkCommandLine(line, table);
      const config = await readConfigFor(table, line, host);
      const options = resolveOptions<V>(line, table, host.readEnv, config);
      const reread = async () =>
        resolveOptions<V>(line, table, host.readEnv, await readConfigFor(table, line, host));
      out = makeOutput(host, options.values);
      const { readEnv, exit } = host;
      const { args } = line;
      const run = { args, typed, ...options, out, readEnv, exit, config, reread };
      code = await runCommand(row, makeContext, run, host);
    }
    out.flush();
    out.stdoutClosed.throwIfAborted();
  } catch (error) {
    // A reader that closes our stdout has read enough; that is not a failure.
    code = error instanceof StdoutClosed ? 0 : reportError(table.name, error, out);
    out.flush();
  }
  return code;
}

/** The line that `--version` prints. */
export function versionText({ name }: ProgramTable<never>): string {
  return `${name} ${VERSION}${VERSION_SUFFIX}`;
}

/** Answers `--help`, `--version` and `--completions`. @returns Whether one of them was given. */
function describeProgram(
  table: ProgramTable<never>,
  line: CommandLine<never>,
  out: Output,
): boolean {
  const { given, command, args } = line;
  const shell = given.get("completions");
  if (given.has("help")) {
    // `--help` alone is about the program, not about its default command.
    const asked = command?.name === table.defaultCommand && args.length === 0 ? undefined : command;
    out.raw(`${helpText(table, asked, Math.min(100, out.columns))}\n`);
  } else if (given.has("version")) out.line(versionText(table));
  else if (shell !== undefined) {
    const { values } = resolveOptions<{ completions: Shell }>(line, table, () => undefined);
    out.raw(completionScript(table, values.completions));
  } else return false;
  return true;
}

function readConfigFor(
  table: ProgramTable<never>,
  line: CommandLine<never>,
  host: ProgramHost,
): Promise<ConfigFile | undefined> {
  const row = table.flags.find((flag) => flag.name === "config")!;
  const given = line.given.get("config");
  const named = Array.isArray(given)
    ? given.at(-1)
    : host.readEnv(envName(table.name, row)) || undefined;
  return readConfig(named, defaultConfigPath(host.readEnv, table.configFile), table.flags);
}

async function runCommand<C, V>(
  row: CommandRow<C>,
  makeContext: MakeContext<C, V>,
  run: Omit<ProgramRun<V>, "signal" | "owned">,
  host: ProgramHost,
): Promise<number> {
  const stop = new AbortController();
  const { out, exit } = run;
  if (row.answers) {
    out.stdoutClosed.addEventListener("abort", () => stop.abort(out.stdoutClosed.reason));
  }
  using _signals = row.ownSignals ? undefined : watchEnd(host, out, (reason, before) => {
    if (before > 0) exit(reason.exitCode);
    stop.abort(reason);
  });
  await using owned = new AsyncDisposableStack();
  try {
    const context = await makeContext({ ...run, owned, signal: stop.signal }, row);
    const command = await row.load();
    return await command(context);
  } catch (error) {
    // The reason for the abort says more than the error of the call it cancelled.
    throw stop.signal.aborted && !isInterruption(error) ? stop.signal.reason : error;
  }
}

/** Watches the signals that end a command. */
function watchEnd(
  { watchSignals }: ProgramHost,
  out: Output,
  onEnd: (reason: FtError, before: number) => void,
): Disposable {
  const watching = new DisposableStack();
  watching.use(watchSignals(
    ["SIGINT", "SIGTERM"],
    (signal, before) => onEnd(interruptedBy(signal), before),
  ));
  // The runtime resets a SIGHUP that `nohup` ignores, so a program without a terminal ignores it.
  watching.use(watchSignals(["SIGHUP"], () => {
    if (out.onTerminal) onEnd(interruptedBy("SIGHUP"), 0);
  }));
  return watching;
}
