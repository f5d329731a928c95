/**
 * What a line of the shell asks for.
 *
 * @module
 */

import { splitWords } from "./shell_words.ts";

/** Words of older programs, and what they are called here. */
export const ALIASES: Readonly<Record<string, string>> = {
  list: "ls",
  upload: "put",
  download: "get",
  arquivo: "get",
  msgc: "say",
  sair: "exit",
  quit: "exit",
};

/** Words that only the shell has, with what follows them and what they do. */
export const OWN_WORDS: readonly (readonly [word: string, usage: string, does: string])[] = [
  ["cd", "[DIR]", "go to a folder of the server, or to its root"],
  ["pwd", "", "tell where you are"],
  ["chat", "[TEXT]", "say a line; alone: say every line, until /exit"],
  ["help", "", "print this"],
  ["exit", "", "leave; also ^D"],
];

/** What a line asks for. */
export type Order =
  | { readonly kind: "nothing" | "pwd" | "help" | "exit" | "chat" | "who" }
  | { readonly kind: "cd"; readonly dir: string }
  | { readonly kind: "say"; readonly text: string; readonly to?: string | undefined }
  | { readonly kind: "command"; readonly words: readonly string[] };

/**
 * Reads a line. What is said is the rest of the line as it was typed.
 *
 * @throws `usage` for a quote that is not closed.
 */
export function readShellOrder(line: string): Order {
  const [, typed = "", rest = ""] = /^\s*(\S*)\s*([^]*?)\s*$/.exec(line) ?? [];
  if (typed === "" || typed.startsWith("#")) return { kind: "nothing" };
  const word = ALIASES[typed.toLowerCase()] ?? typed;
  switch (word) {
    case "chat":
      return rest === "" ? { kind: "chat" } : said(rest);
    case "say":
      return rest === "" ? { kind: "command", words: [word] } : said(rest);
    case "pwd":
    case "help":
    case "exit":
      return { kind: word };
    case "who":
      return rest === "" ? { kind: "who" } : { kind: "command", words: splitWords(line) };
    case "cd":
      return { kind: "cd", dir: splitWords(rest)[0] ?? "/" };
    default:
      return { kind: "command", words: [word, ...splitWords(rest)] };
  }
}

/** `--to USER` may stand before or behind what is said. */
function said(rest: string): Order {
  const first = /^--to[ =](\S+)\s+([^]+)$/.exec(rest);
  if (first !== null) return { kind: "say", to: first[1]!, text: first[2]! };
  const last = /^([^]+?)\s+--to[ =](\S+)$/.exec(rest);
  if (last !== null) return { kind: "say", to: last[2]!, text: last[1]! };
  return { kind: "say", text: rest.replace(/^(["'])(.*)\1$/s, "$2") };
}
