/**
 * Runs commands of `ftclient` with and without a flag, and observes everything that can differ.
 *
 * @module
 */

import { runClient } from "../../lib/cli/client/client_program.ts";
import { CLIENT_FLAGS } from "../../lib/cli/client/client_flags.ts";
import { flagsOf } from "../../lib/cli/program/flag_table.ts";
import { CLIENT_COMMANDS } from "../../lib/cli/client/client_commands.ts";
import { soon } from "../with_timeout.ts";
import { capturedHost } from "./captured.ts";

/** What a flag must do: have an effect, be refused with a reason, or what else explains it. */
export type Expected = "effect" | "refused" | { readonly because: string };

/** Everything that a run leaves behind. */
export interface Observed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The files of the watched folders, with their times, modes and contents. */
  readonly files: readonly string[];
}

/** Options of {@linkcode observe}. */
export interface ObserveOptions {
  /** Environment variables. */
  readonly env: Record<string, string>;
  /** Folders to watch. */
  readonly dirs: readonly string[];
  /** Content of stdin. */
  readonly stdin?: string;
  /** Whether the streams are terminals. */
  readonly terminal?: boolean;
}

/** Spans and rates, which differ from run to run. */
const TIMES = /"seconds":[\d.]+|in [\d.]+ s( \([^)]*\))?|[\d.]+ ms|"ms":[\d.]+|\(in \d+ s\)/g;

/** Runs a command line in this process. */
export async function observe(
  args: readonly string[],
  { env, dirs, stdin, terminal }: ObserveOptions,
): Promise<Observed> {
  const host = capturedHost(env, terminal);
  using _input = replacedStdin(stdin);
  const code = await soon(runClient(args, host));
  const text = (stream: { text: string }) => stream.text.replace(TIMES, "");
  const files = dirs.flatMap((dir) => [...filesIn(dir)]).sort();
  return { code, stdout: text(host.stdout), stderr: text(host.stderr), files };
}

function replacedStdin(text: string | undefined): Disposable {
  if (text === undefined) return { [Symbol.dispose]() {} };
  const readable = new Blob([text]).stream();
  Object.defineProperty(Deno.stdin, "readable", { configurable: true, value: readable });
  return { [Symbol.dispose]: () => void Reflect.deleteProperty(Deno.stdin, "readable") };
}

/** One line for each file; the state of a server is not looked at. */
function* filesIn(dir: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(dir)) {
    const path = `${dir}/${name}`;
    if (name === ".ftserver") continue;
    if (isDirectory) yield* filesIn(path);
    else {
      const { mode, mtime, size } = Deno.statSync(path);
      const age = Date.now() - mtime!.getTime() > 3_600_000 ? mtime!.getTime() : "new";
      const start = size > 0 ? Deno.readTextFileSync(path).slice(0, 20) : "";
      yield [path, (mode ?? 0).toString(8), age, size, start].join(" ");
    }
  }
}

/** The flags of a command without those that every command takes, or only the latter. */
export function flagNames(command: string | undefined): string[] {
  const common = flagsOf(CLIENT_FLAGS, undefined).map(({ name }) => name);
  if (command === undefined) return common;
  const all = flagsOf(CLIENT_FLAGS, command).map(({ name }) => name);
  return all.filter((name) => !common.includes(name));
}

/** The names of all commands. */
export const COMMANDS: readonly string[] = CLIENT_COMMANDS.map(({ name }) => name);

/** The differences from what was expected, as a line; undefined if there are none. */
export function mismatch(
  expected: Expected,
  without: Observed,
  withFlag: Observed,
): string | undefined {
  const differs = JSON.stringify(without) !== JSON.stringify(withFlag);
  const refused = (withFlag.code === 2 || withFlag.code === 11) &&
    /^ftclient: .+/m.test(withFlag.stderr);
  if (expected === "refused") return refused ? undefined : `not refused: ${withFlag.stderr}`;
  if (expected !== "effect") return undefined;
  if (refused) return `refused: ${withFlag.stderr}`;
  return differs ? undefined : `does nothing: ${JSON.stringify(withFlag)}`;
}
