/**
 * The list of users in the chat.
 *
 * @module
 */

import { format as formatDuration } from "@std/fmt/duration";
import type { Presence } from "../../chat/seat.ts";
import type { Output } from "./output.ts";

/**
 * Prints the users in the chat, one per line.
 *
 * @param long Whether to print idle time and dialect as well.
 */
export function printPresence(out: Output, users: readonly Presence[], long: boolean): void {
  const width = Math.max(...users.map(({ name }) => name.length));
  for (const { name, dialect, idleMs } of users) {
    const seconds = Math.floor(idleMs / 1000);
    const line = long ? `${name.padEnd(width)}  ${idleText(seconds)}  ${dialect}` : name;
    out.result({ name, dialect, idleSeconds: seconds }, line);
  }
}

function idleText(seconds: number): string {
  const text = formatDuration(seconds * 1000, { style: "narrow", ignoreZero: true });
  return `idle ${(text || "0s").padEnd(9)}`;
}
