/**
 * Passwords and tokens: from a file, the environment, or a terminal, and never from the command
 * line, which others can see.
 *
 * @module
 */

import { toText } from "@std/streams/to-text";
import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { ReadEnv } from "../../base/environment.ts";

/** Where a secret may come from, in this order. */
export interface SecretSources {
  /** A file with the secret as its first line. */
  readonly file: string | undefined;
  /** An environment variable. */
  readonly variable: string;
  readonly readEnv: ReadEnv;
  /** What to ask on a terminal; absent when there is nobody to ask. */
  readonly prompt?: string;
  /** Ask twice. @default {false} */
  readonly confirm?: boolean;
}

/**
 * Finds a secret.
 *
 * @throws `usage` when there is none, or others can read the file.
 */
export async function readSecret(sources: SecretSources): Promise<string> {
  if (sources.file !== undefined) return await readSecretFile(sources.file);
  const value = sources.readEnv(sources.variable);
  if (value !== undefined && value !== "") return value;
  if (sources.prompt === undefined || !Deno.stdin.isTerminal()) {
    throw new FtError("usage", `no password: set ${sources.variable} or give --password-file`);
  }
  const typed = await ask(sources.prompt);
  if (sources.confirm && await ask("Once more: ") !== typed) {
    throw new FtError("usage", "the two passwords differ");
  }
  return typed;
}

/**
 * Reads a secret from a file that is the user's alone.
 *
 * @throws `usage` when others can read it, `not_found`.
 */
export async function readSecretFile(path: string): Promise<string> {
  let text: string;
  try {
    using file = await Deno.open(path);
    const { mode } = await file.stat();
    if (((mode ?? 0) & 0o077) !== 0) {
      throw new FtError("usage", `others can read ${path}: chmod 600 it`, { name: path });
    }
    text = await toText(file.readable);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
  const [line = ""] = text.split(/\r?\n/);
  if (line === "") throw new FtError("usage", `${path} is empty`, { name: path });
  return line;
}

const ENTER = ["\r", "\n"];
const BACKSPACE = ["\b", "\x7f"];

/** Asks on the terminal; what is typed is not shown. */
async function ask(prompt: string): Promise<string> {
  const say = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  // First, so that nothing is shown of what is typed as soon as the prompt is.
  Deno.stdin.setRaw(true);
  try {
    say(prompt);
    const typed: string[] = [];
    const decoder = new TextDecoder();
    const bytes = new Uint8Array(256);
    while (true) {
      const count = await Deno.stdin.read(bytes);
      if (count === null) return typed.join("");
      for (const key of decoder.decode(bytes.subarray(0, count), { stream: true })) {
        if (ENTER.includes(key)) return typed.join("");
        if (key === "\x03") throw new FtError("interrupted", "interrupted");
        if (BACKSPACE.includes(key)) typed.pop();
        else typed.push(key);
      }
    }
  } finally {
    Deno.stdin.setRaw(false);
    say("\n");
  }
}
