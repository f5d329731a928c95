/**
 * Runs a program: from its table and a command line to an exit code.
 *
 * @module
 */

import { completionScript, type Shell } from "./completion_script.ts";
import type { ReadEnv } from "../../base/environment.ts";
import { type ConfigFile, defaultConfigPath, readConfig } from "./config.ts";
import { envName } from "./flag_table.ts";
import { FORM } from "./form.ts";
import { helpText } from "./help.ts";
import { interruptedBy, watchSignals } from "./end_signals.ts";
import { resolveOptions } from "./options.ts";
import { Output, StdoutClosed, type TextSink } from "../terminal/output.ts";
import { checkCommandLine, type CommandLine, parseCommandLine } from "./command_line.ts";
import type { CommandRow, Options, ProgramTable } from "./program_table.ts";
import { reportError } from "../terminal/error_report.ts";
import { VERSION } from "../../base/version.ts";

/** What a program needs of the system it runs on. */
export interface ProgramHost {
  readonly readEnv: ReadEnv;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly columns: () => number;
  /** Ends the program now. */
  readonly exit: (code: number) => never;
}

/** The settings every program has. */
export interface CommonValues {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly "no-color": boolean;
  readonly json?: boolean;
}

/** A run, for the program to make its commands' context of. */
export interface Run<V> {
  readonly args: readonly string[];
  readonly options: Options<V>;
  readonly out: Output;
  readonly signal: AbortSignal;
  readonly typed: readonly string[];
  readonly host: ProgramHost;
  /** The config file that was read. */
  readonly configPath: string | undefined;
  /** Reads environment and config file again. @throws `usage`. */
  readonly reread: () => Promise<Options<V>>;
  /** What is disposed after the command. */
  readonly owned: AsyncDisposableStack;
}

/** Makes what a command works with. */
export type MakeContext<C, V> = (run: Run<V>, row: CommandRow<C>) => Promise<C> | C;

/** The real system. */
export function denoHost(): ProgramHost {
  const readEnv = (name: string) => Deno.env.get(name);
  return {
    readEnv,
    stdout: sinkOf(Deno.stdout),
    stderr: sinkOf(Deno.stderr),
    columns: () => terminalColumns(readEnv),
    exit: Deno.exit,
  };
}

function sinkOf(stream: typeof Deno.stdout): TextSink {
  return { terminal: stream.isTerminal(), writeSync: (bytes) => stream.writeSync(bytes) };
}

function terminalColumns(readEnv: ReadEnv): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return Number(readEnv("COLUMNS")) || 80;
  }
}

function makeOutput(host: ProgramHost, values: CommonValues): Output {
  const { stdout, stderr, columns, readEnv } = host;
  const ansi = !values["no-color"] && !readEnv("NO_COLOR") && readEnv("TERM") !== "dumb";
  const { quiet, verbose, json = false } = values;
  return new Output({ stdout, stderr, columns, ansi, quiet, verbose, json });
}

/** What can be told of the settings before the command line was understood. */
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
  const outputs = [makeOutput(host, earlyValues(typed))];
  try {
    const code = await parseAndRun(table, typed, makeContext, host, outputs);
    const out = outputs.at(-1)!;
    out.flush();
    out.stdoutClosed.throwIfAborted();
    return code;
  } catch (error) {
    const out = outputs.at(-1)!;
    // Who closed our stdout had read enough; that is no failure.
    const code = error instanceof StdoutClosed ? 0 : reportError(table.name, error, out);
    out.flush();
    return code;
  }
}

/** The last of `outputs` is the one to print with: the settings are known only on the way. */
async function parseAndRun<C, V extends CommonValues>(
  table: ProgramTable<C>,
  typed: readonly string[],
  makeContext: MakeContext<C, V>,
  host: ProgramHost,
  outputs: Output[],
): Promise<number> {
  const line = parseCommandLine(typed, table);
  if (answerAboutItself(table, line, outputs[0]!)) return 0;
  const row = checkCommandLine(line, table);
  const config = await configOf(table, line, host);
  const options = resolveOptions<V>(line, table, host.readEnv, config);
  const out = makeOutput(host, options.values);
  outputs.push(out);
  return await runCommand(row, makeContext, {
    ...{ args: line.args, options, out, typed, host, configPath: config?.path },
    reread: async () =>
      resolveOptions<V>(line, table, host.readEnv, await configOf(table, line, host)),
  });
}

/** `--help`, `--version`, `--completions`: nothing is read for them. */
function answerAboutItself(
  table: ProgramTable<never>,
  line: CommandLine<never>,
  out: Output,
): boolean {
  const { given, command, args } = line;
  const shell = given.get("completions");
  if (given.has("help")) {
    // The default command is not what `--help` alone asks about.
    const asked = command?.name === table.defaultCommand && args.length === 0 ? undefined : command;
    out.raw(`${helpText(table, asked, Math.min(100, out.columns))}\n`);
  } else if (given.has("version")) out.line(`${table.name} ${VERSION}${FORM}`);
  else if (shell !== undefined) {
    const { values } = resolveOptions<{ completions: Shell }>(line, table, () => undefined);
    out.raw(completionScript(table, values.completions));
  } else return false;
  return true;
}

function configOf(
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
  run: Omit<Run<V>, "signal" | "owned">,
): Promise<number> {
  const stop = new AbortController();
  const { out, host } = run;
  if (row.answers) {
    out.stdoutClosed.addEventListener("abort", () => stop.abort(out.stdoutClosed.reason));
  }
  using _signals = row.ownSignals ? undefined : watchSignals((signal, before) => {
    const reason = interruptedBy(signal);
    if (before > 0) host.exit(reason.exitCode);
    stop.abort(reason);
  });
  await using owned = new AsyncDisposableStack();
  try {
    const context = await makeContext({ ...run, owned, signal: stop.signal }, row);
    const command = await row.load();
    return await command(context);
  } catch (error) {
    // Whatever a cancelled call threw, the user wants to know who cancelled it.
    throw stop.signal.aborted && !isHint(error) ? stop.signal.reason : error;
  }
}

function isHint(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "interrupted" || code === "terminated";
}
