/**
 * The list of who is in the chat, for people and programs.
 *
 * @module
 */

import { format as formatDuration } from "@std/fmt/duration";
import type { Presence } from "../../chat/seat.ts";
import type { Output } from "./output.ts";

/**
 * Prints who is here.
 *
 * @param long How long each has been silent, too.
 */
export function printPresence(out: Output, here: readonly Presence[], long: boolean): void {
  const width = Math.max(...here.map(({ name }) => name.length));
  for (const { name, dialect, idleMs } of here) {
    const seconds = Math.floor(idleMs / 1000);
    if (out.json) out.object({ name, dialect, idleSeconds: seconds });
    else if (long) out.line(`${name.padEnd(width)}  ${idleText(seconds)}  ${dialect}`);
    else out.line(name);
  }
}

function idleText(seconds: number): string {
  const text = formatDuration(seconds * 1000, { style: "narrow", ignoreZero: true });
  return `idle ${(text || "0s").padEnd(9)}`;
}
