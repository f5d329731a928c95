/**
 * Standard input as lines or keys. Nothing else reads it.
 *
 * @module
 */

import { MAX_TYPED_LINE_CHARS } from "../../base/limits.ts";
import { raceSignal } from "../../base/signals.ts";
import type { Output } from "./output.ts";

/** A source of input: a user at a terminal, or another program. */
export interface Input {
  /** Whether a user types on a terminal. */
  readonly terminal: boolean;
  /** The next bytes; `null` at the end. */
  read(): Promise<Uint8Array | null>;
  /** Turns raw mode on (keys as they are pressed, without echo) or off. */
  setRaw(on: boolean): void;
}

/** Whether lines can be edited: a user types on a terminal, and sees the output on one. */
export function interactive(input: Input, out: Output): boolean {
  return input.terminal && out.terminal && out.moving;
}

const READ_BYTES = 16 * 1024;

/** The real stdin. */
export function stdinInput(): Input {
  const buffer = new Uint8Array(READ_BYTES);
  return {
    terminal: Deno.stdin.isTerminal(),
    async read() {
      const count = await Deno.stdin.read(buffer);
      return count === null ? null : buffer.slice(0, count);
    },
    setRaw: (on) => Deno.stdin.setRaw(on),
  };
}

/**
 * Reads lines, without their line ends. Lines are cut near {@linkcode MAX_TYPED_LINE_CHARS}; bytes
 * that are not UTF-8 become U+FFFD.
 *
 * @throws The signal's reason when it aborts.
 */
export async function* readLines(input: Input, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  while (true) {
    const bytes = await raceSignal(input.read(), signal);
    const lines = (rest + decoder.decode(bytes ?? undefined, { stream: bytes !== null })).split(
      "\n",
    );
    rest = lines.pop()!.slice(0, MAX_TYPED_LINE_CHARS);
    for (const line of lines) yield line.replace(/\r$/, "");
    if (bytes !== null) continue;
    if (rest !== "") yield rest;
    return;
  }
}
