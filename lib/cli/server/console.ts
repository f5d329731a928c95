/**
 * The operator's console of a server: parses its lines and runs them.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { ChatMessage, Presence } from "../../chat/seat.ts";
import { SERVER_NAME } from "../../chat/seat_name.ts";
import type { RunningServer } from "../../server/running_server.ts";
import { isoTime } from "../../base/iso_time.ts";
import { clockTime } from "../format/times.ts";
import { unknownSlashWord } from "../program/slash_words.ts";
import { errorText } from "../terminal/error_report.ts";
import { type Output, paint } from "../terminal/output.ts";
import { printPresence } from "../terminal/presence_list.ts";
import { statusLines } from "./commands/status.ts";

/** A parsed line. */
export type ConsoleCommand =
  | { readonly kind: "nothing" | "who" | "status" | "help" | "quit" }
  | { readonly kind: "kick"; readonly name: string }
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "unknown"; readonly word: string };

/** The parts of a server that its console uses. */
export type ConsoleServer = Pick<RunningServer, "chat" | "status">;

const COMMANDS = ["/who", "/kick NAME", "/status", "/help", "/quit"];

/** Lines that are commands without a slash, too. */
const BARE = new Map<string, ConsoleCommand>([
  ["who", { kind: "who" }],
  ["status", { kind: "status" }],
  ["help", { kind: "help" }],
  ["quit", { kind: "quit" }],
  ["exit", { kind: "quit" }],
]);

/** Introduces the console on a terminal. */
export const INTRODUCTION: readonly string[] = [
  "console: a line is sent to everyone in the chat, whose messages are shown here",
  `commands: ${COMMANDS.join(", ")}`,
];

const HELP = [
  "Every line is sent to everyone in the chat, except for:",
  "/who          list the users in the chat",
  "/kick NAME    disconnect a user from the chat",
  "/status       print the status of the server",
  "/help         print this help",
  "/quit         stop the server; so does exit",
  "The words who, status, help and quit work without the slash, too.",
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
  const bare = BARE.get(text);
  if (bare !== undefined) return bare;
  if (!text.startsWith("/")) return { kind: "say", text: line };
  const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
  switch (word) {
    case "/who":
    case "/status":
    case "/help":
    case "/quit":
      return { kind: word.slice(1) as "who" | "status" | "help" | "quit" };
    case "/kick":
      return { kind: "kick", name: rest };
    default:
      return { kind: "unknown", word };
  }
}

/** Shows what others say in the chat, and who comes and goes: with the time, on a terminal. */
function showMessage(out: Output, { kind, from, text, atMs }: ChatMessage): void {
  const clock = out.readByPeople ? `${clockTime(new Date(atMs))}  ` : "";
  const line = [clock, paint("cyan", from), `: ${text}`];
  if (kind === "notice") out.notice(clock, paint("dim", `* ${text}`));
  // The operator has typed the server's own messages.
  else if (from === SERVER_NAME) return;
  else if (out.readByPeople) out.notice(...line);
  else out.result({ from, text, at: isoTime(atMs) }, ...line);
}

/** Shows the chat until disposed. */
export function showChat({ chat }: ConsoleServer, out: Output): Disposable {
  return chat.watch((message) => showMessage(out, message));
}

/**
 * Runs lines until one stops the server.
 *
 * @returns Whether to stop the server; the end of input does not stop it.
 */
export async function runConsole(
  lines: AsyncIterable<string>,
  server: ConsoleServer,
  out: Output,
): Promise<boolean> {
  for await (const line of lines) {
    const command = parseConsoleLine(line);
    if (command.kind === "quit") return true;
    try {
      await execute(command, server, out);
    } catch (thrown) {
      out.error(errorText(asFtError(thrown)));
    }
  }
  return false;
}

function printUsers(out: Output, users: readonly Presence[]): void {
  if (users.length === 0) out.notice("nobody is in the chat");
  else printPresence(out, users, true);
}

async function execute(
  command: ConsoleCommand,
  server: ConsoleServer,
  out: Output,
): Promise<void> {
  const { chat } = server;
  switch (command.kind) {
    case "say":
      return await chat.broadcast(command.text);
    case "who":
      return printUsers(out, chat.who());
    case "status":
      return statusLines(server.status(), Date.now()).forEach((line) => out.line(line));
    case "kick":
      if (command.name === "") throw new FtError("usage", "/kick needs NAME");
      return chat.kick(command.name);
    case "help":
      return HELP.forEach((line) => out.line(line));
    case "unknown":
      throw unknownSlashWord(command.word, COMMANDS);
  }
}
