/**
 * The operator's console of a server: what a line means, and what it does.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { ChatOperator } from "../../chat/seat.ts";
import { didYouMean } from "../program/nearest.ts";
import type { Output } from "../terminal/output.ts";
import { printPresence } from "../terminal/presence_list.ts";
import { errorText } from "../terminal/error_report.ts";

/** What a line asks for. */
export type ConsoleOrder =
  | { readonly kind: "nothing" | "who" | "help" | "quit" }
  | { readonly kind: "kick"; readonly name: string }
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "unknown"; readonly word: string };

const WORDS = ["/who", "/kick", "/help", "/quit"];

const HELP = [
  "a line is said to all who chat",
  "/who          who is here",
  "/kick NAME    takes somebody's seat away and hangs up",
  "/quit         stops the server; so do quit and exit",
];

/**
 * Reads a line of the console.
 *
 * @example
 * ```ts
 * import { readOrder } from "./console.ts";
 *
 * if (readOrder("/kick ana").kind !== "kick") throw new Error();
 * if (readOrder("quit now").kind !== "say") throw new Error();
 * ```
 */
export function readOrder(line: string): ConsoleOrder {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  if (text === "quit" || text === "exit") return { kind: "quit" };
  if (!text.startsWith("/")) return { kind: "say", text: line };
  const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
  switch (word) {
    case "/who":
    case "/help":
    case "/quit":
      return { kind: word.slice(1) as "who" | "help" | "quit" };
    case "/kick":
      return { kind: "kick", name: rest };
    default:
      return { kind: "unknown", word };
  }
}

/**
 * Does what each line asks for.
 *
 * @returns Whether the server is to stop; the end of input is no reason to.
 */
export async function runConsole(
  lines: AsyncIterable<string>,
  chat: ChatOperator,
  out: Output,
): Promise<boolean> {
  for await (const line of lines) {
    const order = readOrder(line);
    if (order.kind === "quit") return true;
    try {
      obey(order, chat, out);
    } catch (thrown) {
      out.error(errorText(asFtError(thrown)));
    }
  }
  return false;
}

function obey(order: ConsoleOrder, chat: ChatOperator, out: Output): void {
  switch (order.kind) {
    case "say":
      return chat.broadcast(order.text);
    case "who":
      return printPresence(out, chat.who(), true);
    case "kick":
      if (order.name === "") throw new FtError("usage", "/kick needs NAME");
      return chat.kick(order.name);
    case "help":
      return HELP.forEach((line) => out.line(line));
    case "unknown":
      out.error(`unknown command: ${order.word}${didYouMean(order.word, WORDS)}`);
      return;
  }
}
