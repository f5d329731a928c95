/**
 * Lets the user change a file, in an editor if the program may start one.
 *
 * @module
 */

import type { ReadEnv } from "../../base/environment.ts";
import { FtError } from "../../base/errors.ts";
import { type Input, readLines } from "../terminal/input.ts";
import type { Output } from "../terminal/output.ts";

/** Lets the user change the file at a path; resolves when the user is done. */
export type EditFile = (path: string, signal: AbortSignal) => Promise<void>;

/** Options of {@linkcode chooseEditor}. */
export interface EditorOptions {
  readonly readEnv: ReadEnv;
  readonly input: Input;
  readonly out: Output;
}

/**
 * Chooses how to edit a file. Without the permission to start an editor, the user opens the file in
 * another window and presses Enter when it is saved.
 *
 * @throws `not_allowed` without the permission and without a terminal.
 */
export async function chooseEditor(options: EditorOptions): Promise<EditFile> {
  const [command, ...args] = editorWords(options.readEnv);
  if (command !== undefined && await canRun(command)) {
    return (path, signal) => runEditor(command, [...args, path], signal);
  }
  if (options.input.terminal) return (path, signal) => waitForEnter(path, options, signal);
  throw new FtError(
    "not_allowed",
    "edit may not start an editor and has no terminal: use lock, get, put and unlock",
  );
}

/** The words of `$VISUAL` or `$EDITOR`. */
function editorWords(readEnv: ReadEnv): string[] {
  const text = readEnv("VISUAL") || readEnv("EDITOR") || "";
  return text.split(/\s+/).filter((word) => word !== "");
}

async function canRun(command: string): Promise<boolean> {
  return (await Deno.permissions.query({ name: "run", command })).state === "granted";
}

async function runEditor(command: string, args: string[], signal: AbortSignal): Promise<void> {
  const inherited = { stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const;
  const { code } = await new Deno.Command(command, { args, signal, ...inherited }).output();
  signal.throwIfAborted();
  if (code !== 0) throw new FtError("internal", `${command} exited with code ${code}`);
}

async function waitForEnter(
  path: string,
  { input, out }: EditorOptions,
  signal: AbortSignal,
): Promise<void> {
  out.error(`edit ${path}, then press Enter here`);
  for await (const _ of readLines(input, signal)) return;
  throw new FtError("interrupted", "input ended before the edit was confirmed");
}
