/**
 * Lines that people type in the chat, in a terminal or on the page: a word with a slash is a command,
 * and never sent as a message.
 *
 * @module
 */

/** A command of the chat. */
export type ChatCommand = "who" | "to" | "help" | "leave";

/** A line, divided. */
export type ChatWords =
  | { readonly kind: "nothing" }
  | { readonly kind: "text"; readonly text: string }
  | {
    readonly kind: "command";
    readonly word: string;
    /** @default it is unknown */
    readonly command: ChatCommand | undefined;
    readonly rest: string;
  };

const COMMANDS: ReadonlyMap<string, ChatCommand> = new Map([
  ["/who", "who"],
  ["/to", "to"],
  ["/help", "help"],
  ["/quit", "leave"],
  ["/exit", "leave"],
  ["/sair", "leave"],
]);

/** The commands that a refusal names. */
export const KNOWN_CHAT_WORDS: readonly string[] = ["/who", "/to NAME TEXT", "/help", "/quit"];

/**
 * Divides a line.
 *
 * @example
 * ```ts
 * import { splitChatLine } from "./chat_words.ts";
 *
 * const line = splitChatLine("/to ana hello");
 * if (line.kind !== "command" || line.command !== "to" || line.rest !== "ana hello") throw line;
 * if (splitChatLine("and/or").kind !== "text") throw new Error();
 * ```
 */
export function splitChatLine(line: string): ChatWords {
  if (line.trim() === "") return { kind: "nothing" };
  const [, word, rest = ""] = /^\s*(\/\S+)\s*([^]*?)\s*$/.exec(line) ?? [];
  if (word === undefined) return { kind: "text", text: line };
  return { kind: "command", word, command: COMMANDS.get(word.toLowerCase()), rest };
}

/** Divides the rest of `/to NAME TEXT`; `undefined` if a part is missing. */
export function splitPrivate(
  rest: string,
): { readonly to: string; readonly text: string } | undefined {
  const [, to, text] = /^(\S+)\s+([^]+)$/.exec(rest) ?? [];
  return to === undefined ? undefined : { to, text: text! };
}
