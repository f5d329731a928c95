/**
 * The programs as users start them: with exactly the permissions that the tasks in deno.json give
 * them, or from executables. The demo and the benchmark both start them through here.
 *
 * @module
 */

import { fromFileUrl, isAbsolute, join } from "./paths.ts";

/** The folder of this repository, without a trailing slash. */
export const REPOSITORY: string = fromFileUrl(new URL("../", import.meta.url)).replace(
  /[/\\]$/,
  "",
);

/** A program and the arguments that always come first. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
}

/** What a program that ended left behind. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to exit, in seconds. */
  readonly seconds: number;
}

/**
 * Splits a task's command line into words.
 *
 * @example
 * ```ts
 * import { splitWords } from "./programs.ts";
 *
 * const words = splitWords("deno run '--allow-env=HOME,FT_*' server.ts");
 * if (words[2] !== "--allow-env=HOME,FT_*") throw new Error("quotes were not taken off");
 * ```
 */
export function splitWords(commandLine: string): string[] {
  const words = commandLine.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

/** What the tools read of deno.json. */
export interface DenoConfig {
  readonly imports?: Readonly<Record<string, string>>;
  readonly tasks?: Readonly<Record<string, string | { readonly command: string }>>;
  /** The unstable features that are turned on. */
  readonly unstable?: readonly string[];
}

/** Reads deno.json, whose comments have lines of their own. */
export async function readConfig(): Promise<DenoConfig> {
  const text = await Deno.readTextFile(join(REPOSITORY, "deno.json"));
  return JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, ""));
}

/**
 * A program as the task of that name in deno.json runs it.
 *
 * @throws {Error} When there is no such task, or it is not a plain `deno run … FILE`.
 */
export async function programFromTask(name: "ftserver" | "ftclient"): Promise<Program> {
  const task = (await readConfig()).tasks?.[name];
  const words = splitWords(typeof task === "string" ? task : task?.command ?? "");
  const script = words.pop();
  if (words[0] !== "deno" || words[1] !== "run" || !script?.endsWith(".ts")) {
    throw new Error(`Cannot start ${name}: its task in deno.json is not "deno run … FILE.ts"`);
  }
  const path = isAbsolute(script) ? script : join(REPOSITORY, script);
  return { path: Deno.execPath(), args: [...words.slice(1), path] };
}

/**
 * Runs a program to its end, with no standard input.
 *
 * @param signal Ends the program when it ends.
 */
export async function runProgram(
  program: Program,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Finished> {
  const started = performance.now();
  const output = await new Deno.Command(program.path, {
    args: [...program.args, ...args],
    env,
    stdin: "null",
    signal,
  }).output();
  const seconds = (performance.now() - started) / 1000;
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
    seconds,
  };
}

/**
 * Runs a program that has to succeed.
 *
 * @throws {Error} With what it said on stderr, when its exit code is not 0.
 */
export async function runWell(
  program: Program,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const finished = await runProgram(program, args, env);
  if (finished.code === 0) return finished;
  const said = finished.stderr.trim() || finished.stdout.trim() || "(it said nothing)";
  throw new Error(`${program.path} ${args.join(" ")}\nexit code ${finished.code}: ${said}`);
}
