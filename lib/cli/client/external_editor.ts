/**
 * Letting the user change a file: in an editor where one may be started, else by hand.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { Input } from "../terminal/input.ts";
import { readLines } from "../terminal/input.ts";
import type { ReadEnv } from "../../base/environment.ts";
import type { Output } from "../terminal/output.ts";

/** Lets the user change the file at this path; resolves when that is done. */
export type EditFile = (path: string, signal: AbortSignal) => Promise<void>;

/** What {@linkcode chooseEditor} decides by. */
export interface EditorParts {
  readonly readEnv: ReadEnv;
  readonly input: Input;
  readonly out: Output;
}

/**
 * Decides how a file is edited. The programs may not start others unless they were given that
 * permission; then whoever sits at the terminal opens the file elsewhere and says when it is done.
 *
 * @throws `not_allowed` when there is neither the permission nor a terminal.
 */
export async function chooseEditor(parts: EditorParts): Promise<EditFile> {
  const [command, ...args] = editorWords(parts.readEnv);
  if (command !== undefined && await mayRun(command)) {
    return (path, signal) => runEditor(command, [...args, path], signal);
  }
  if (parts.input.terminal) return (path, signal) => waitForEnter(path, parts, signal);
  throw new FtError(
    "not_allowed",
    "edit may start no editor and has no terminal to ask on: use get and put, under a lock",
  );
}

/** `$VISUAL` or `$EDITOR` with its arguments. */
function editorWords(readEnv: ReadEnv): string[] {
  const text = readEnv("VISUAL") || readEnv("EDITOR") || "";
  return text.split(/\s+/).filter((word) => word !== "");
}

async function mayRun(command: string): Promise<boolean> {
  return (await Deno.permissions.query({ name: "run", command })).state === "granted";
}

async function runEditor(command: string, args: string[], signal: AbortSignal): Promise<void> {
  const standard = { stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const;
  const { code } = await new Deno.Command(command, { args, signal, ...standard }).output();
  signal.throwIfAborted();
  if (code !== 0) throw new FtError("internal", `${command} ended with code ${code}`);
}

async function waitForEnter(
  path: string,
  { input, out }: EditorParts,
  signal: AbortSignal,
): Promise<void> {
  out.error(`edit ${path}, then press Enter here`);
  for await (const _ of readLines(input, signal)) return;
  throw new FtError("interrupted", "nobody said that the edit is done");
}
