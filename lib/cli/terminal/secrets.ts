/**
 * Reads passwords and tokens from a file, the environment or a terminal, never from the command
 * line, which other users of the machine can see.
 *
 * @module
 */

import { toText } from "@std/streams/to-text";
import type { ReadEnv } from "../../base/environment.ts";
import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { raceSignal } from "../../base/signals.ts";
import { type Input, stdinInput } from "./input.ts";

/** Where to look for a secret, in this order. */
export interface SecretSources {
  /** A file whose first line is the secret. */
  readonly file: string | undefined;
  /** An environment variable. */
  readonly variable: string;
  readonly readEnv: ReadEnv;
  /** The question to ask on a terminal. */
  readonly prompt: string;
  /** Whether to ask twice. @default {false} */
  readonly confirm?: boolean;
  /** Ends the prompt. */
  readonly signal: AbortSignal;
  /** Where to ask. @default {secretTerminal()} */
  readonly terminal?: SecretTerminal;
}

/** A terminal that asks for secrets. */
export interface SecretTerminal {
  readonly input: Input;
  readonly print: (text: string) => void;
}

/** Asks on stdin and stderr, as stdout may be redirected. */
export function secretTerminal(): SecretTerminal {
  const print = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(text));
  return { input: stdinInput(), print };
}

/**
 * Finds a secret.
 *
 * @throws `usage` when there is none, or when other users can read the file.
 */
export async function readSecret(sources: SecretSources): Promise<string> {
  const { file, variable, prompt, terminal = secretTerminal(), signal } = sources;
  if (file !== undefined) return await readSecretFile(file);
  const value = sources.readEnv(variable);
  if (value !== undefined && value !== "") return value;
  if (!terminal.input.terminal) {
    throw new FtError("usage", `no password: set ${variable} or use --password-file FILE`);
  }
  const typed = await ask(prompt, terminal, signal);
  if (
    sources.confirm &&
    await ask(`${prompt.replace(/: $/, "")}, again: `, terminal, signal) !== typed
  ) {
    throw new FtError("usage", "the passwords do not match");
  }
  return typed;
}

/**
 * Reads the first line of a file that only its owner can read.
 *
 * @throws `usage` when other users can read it, `not_found`.
 */
export async function readSecretFile(path: string): Promise<string> {
  return firstLineOf(await readPrivateFile(path), path);
}

/** The first line of a file's text. @throws `usage` if there is none. */
export function firstLineOf(text: string, path: string): string {
  const [line = ""] = text.split(/\r?\n/);
  if (line === "") throw new FtError("usage", `${path} is empty`, { name: path });
  return line;
}

/**
 * Reads a file that only its owner can read.
 *
 * @throws `usage` when other users can read it, `not_found`.
 */
export async function readPrivateFile(path: string): Promise<string> {
  try {
    using file = await Deno.open(path);
    const { mode } = await file.stat();
    if (((mode ?? 0) & 0o077) !== 0) {
      const message = `${path} must be readable only by you: run chmod 600`;
      throw new FtError("usage", message, { name: path });
    }
    return await toText(file.readable);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

const ENTER = ["\r", "\n"];
const BACKSPACE = ["\b", "\x7f"];

/**
 * Asks without showing what is typed. `promptSecret` of the standard library blocks the program, so
 * that no signal could end it, and writes to stdout.
 */
async function ask(
  prompt: string,
  { input, print }: SecretTerminal,
  signal: AbortSignal,
): Promise<string> {
  // Raw mode comes first, so that nothing typed after the prompt is shown.
  input.setRaw(true);
  try {
    print(prompt);
    const typed: string[] = [];
    const decoder = new TextDecoder();
    while (true) {
      const bytes = await raceSignal(input.read(), signal);
      if (bytes === null) return typed.join("");
      for (const key of decoder.decode(bytes, { stream: true })) {
        if (ENTER.includes(key)) return typed.join("");
        if (key === "\x03") throw new FtError("interrupted", "interrupted");
        if (BACKSPACE.includes(key)) typed.pop();
        else typed.push(key);
      }
    }
  } finally {
    input.setRaw(false);
    print("\n");
  }
}
