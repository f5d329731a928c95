/**
 * The one owner of stdin, where it is read as lines or keys.
 *
 * @module
 */

import { MAX_TYPED_LINE_CHARS } from "../../base/limits.ts";
import { raceSignal } from "../../base/signals.ts";
import type { Output } from "./output.ts";

/** Where a user types, or a program writes. */
export interface Input {
  /** Whether a user types. */
  readonly terminal: boolean;
  /** The next bytes; `null` at the end. */
  read(): Promise<Uint8Array | null>;
  /** Gives keys as they are pressed, without echo; or lines again. */
  setRaw(on: boolean): void;
}

/** Whether a line can be edited: somebody types, and sees what is printed. */
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
 * Lines as they come, without their ends. What is beyond {@linkcode MAX_TYPED_LINE_CHARS} of a line
 * is dropped; bytes that are not UTF-8 become U+FFFD.
 *
 * @throws The signal's reason when it ends first.
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
