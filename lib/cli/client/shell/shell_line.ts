/**
 * Parses a line of the shell.
 *
 * @module
 */

import { splitWords, type Word } from "./tokenize.ts";

/** Words of the legacy programs, and the commands they stand for. */
export const ALIASES: Readonly<Record<string, string>> = {
  list: "ls",
  upload: "put",
  download: "get",
  arquivo: "get",
  msgc: "say",
  sair: "exit",
  quit: "exit",
};

/** The commands that only the shell has, with their arguments and summaries. */
export const SHELL_COMMANDS: readonly (readonly [
  name: string,
  usage: string,
  summary: string,
])[] = [
  ["cd", "[DIR]", "change to a folder on the server, or to its top folder"],
  ["pwd", "", "print the current folder on the server"],
  ["chat", "[TEXT]", "send a message; without TEXT: send every line, until /exit"],
  ["help", "[COMMAND]", "print this help, or that of a command"],
  ["exit", "", "leave the shell; so does ^D"],
];

/** A parsed line. */
export type ShellLine =
  | { readonly kind: "nothing" | "pwd" | "help" | "exit" | "chat" | "who" }
  | { readonly kind: "cd"; readonly dir: string }
  | { readonly kind: "say"; readonly text: string; readonly to?: string }
  | { readonly kind: "command"; readonly words: readonly Word[] };

/** A word as it is. */
const plain = (text: string): Word => ({ text, pattern: text });

/**
 * Parses a line. The text of a message is the rest of the line as typed.
 *
 * @throws `usage` for a quote that is not closed.
 */
export function parseShellLine(line: string): ShellLine {
  const [, typed = "", rest = ""] = /^\s*(\S*)\s*([^]*?)\s*$/.exec(line) ?? [];
  if (typed === "" || typed.startsWith("#")) return { kind: "nothing" };
  const word = ALIASES[typed.toLowerCase()] ?? typed;
  switch (word) {
    case "chat":
      return rest === "" ? { kind: "chat" } : parseMessage(rest);
    case "say":
      return rest === "" ? { kind: "command", words: [plain(word)] } : parseMessage(rest);
    case "help": {
      const [name] = splitWords(rest);
      return name === undefined ? { kind: "help" } : helpOf(name.text);
    }
    case "pwd":
    case "exit":
      return { kind: word };
    case "who":
      return rest === "" ? { kind: "who" } : { kind: "command", words: splitWords(line) };
    case "cd":
      return { kind: "cd", dir: splitWords(rest)[0]?.text ?? "/" };
    default:
      return { kind: "command", words: [plain(word), ...splitWords(rest)] };
  }
}

/** The shell has no more to say about its own words than the list of them does. */
function helpOf(name: string): ShellLine {
  const word = ALIASES[name.toLowerCase()] ?? name;
  const isOurs = SHELL_COMMANDS.some(([own]) => own === word);
  return isOurs ? { kind: "help" } : { kind: "command", words: [word, "--help"].map(plain) };
}

/** Parses a message; `--to USER` may come before or after its text. */
function parseMessage(rest: string): ShellLine {
  const first = /^--to[ =](\S+)\s+([^]+)$/.exec(rest);
  if (first !== null) return { kind: "say", to: first[1]!, text: first[2]! };
  const last = /^([^]+?)\s+--to[ =](\S+)$/.exec(rest);
  if (last !== null) return { kind: "say", to: last[2]!, text: last[1]! };
  return { kind: "say", text: rest.replace(/^(["'])(.*)\1$/s, "$2") };
}
