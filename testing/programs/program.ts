/**
 * The programs as users start them: with exactly the permissions of their tasks in `deno.json`.
 *
 * @module
 */

import { isAbsolute, join } from "node:path";
import { readConfig, REPOSITORY } from "../repository.ts";

/** A program, and the arguments that always come first. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
}

/**
 * Splits a task's command line into words.
 *
 * @example
 * ```ts
 * import { splitWords } from "./program.ts";
 *
 * const words = splitWords("deno run '--allow-env=HOME,FT_*' server.ts");
 * if (words[2] !== "--allow-env=HOME,FT_*") throw new Error("the quotes were not removed");
 * ```
 */
export function splitWords(commandLine: string): string[] {
  const words = commandLine.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

/**
 * Returns a program as its task in `deno.json` runs it.
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

/** Returns a program that can have only so many files open. Needs a POSIX shell. */
export function withDescriptors(program: Program, count: number): Program {
  const script = `ulimit -n ${count} && exec "$@"`;
  return { path: "/bin/sh", args: ["-c", script, "sh", program.path, ...program.args] };
}
