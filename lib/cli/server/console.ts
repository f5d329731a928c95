/**
 * The operator's console of a server: parses its lines and runs them.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { ChatOperator } from "../../chat/seat.ts";
import { didYouMean } from "../program/nearest.ts";
import { errorText } from "../terminal/error_report.ts";
import type { Output } from "../terminal/output.ts";
import { printPresence } from "../terminal/presence_list.ts";

/** A parsed line. */
export type ConsoleCommand =
  | { readonly kind: "nothing" | "who" | "help" | "quit" }
  | { readonly kind: "kick"; readonly name: string }
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "unknown"; readonly word: string };

const WORDS = ["/who", "/kick", "/help", "/quit"];

const HELP = [
  "Every line is sent to everyone in the chat, except for:",
  "/who          list the users in the chat",
  "/kick NAME    disconnect a user from the chat",
  "/help         print this help",
  "/quit         stop the server; so do quit and exit",
];

/**
 * Parses a line of the console.
 *
 * @example
 * ```ts
 * import { parseConsoleLine } from "./console.ts";
 *
 * if (parseConsoleLine("/kick ana").kind !== "kick") throw new Error();
 * if (parseConsoleLine("quit now").kind !== "say") throw new Error();
 * ```
 */
export function parseConsoleLine(line: string): ConsoleCommand {
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
 * Runs lines until one stops the server.
 *
 * @returns Whether to stop the server; the end of input does not stop it.
 */
export async function runConsole(
  lines: AsyncIterable<string>,
  chat: ChatOperator,
  out: Output,
): Promise<boolean> {
  for await (const line of lines) {
    const command = parseConsoleLine(line);
    if (command.kind === "quit") return true;
    try {
      execute(command, chat, out);
    } catch (thrown) {
      out.error(errorText(asFtError(thrown)));
    }
  }
  return false;
}

function execute(command: ConsoleCommand, chat: ChatOperator, out: Output): void {
  switch (command.kind) {
    case "say":
      return chat.broadcast(command.text);
    case "who":
      return printPresence(out, chat.who(), true);
    case "kick":
      if (command.name === "") throw new FtError("usage", "/kick needs NAME");
      return chat.kick(command.name);
    case "help":
      return HELP.forEach((line) => out.line(line));
    case "unknown": {
      const message = `unknown command: ${command.word}${didYouMean(command.word, WORDS)}`;
      throw new FtError("usage", message);
    }
  }
}
