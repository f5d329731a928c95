/**
 * Parses and runs a line of the chat. A word with a slash is a command, and never sent as a message.
 *
 * @module
 */

import { KNOWN_CHAT_WORDS, splitChatLine, splitPrivate } from "../../base/chat_words.ts";
import { FtError } from "../../base/errors.ts";
import type { Presence } from "../../chat/seat.ts";
import { unknownSlashWord } from "../program/slash_words.ts";
import type { Output } from "../terminal/output.ts";
import { printPresence } from "../terminal/presence_list.ts";

/** A parsed line. */
export type ChatLine =
  | { readonly kind: "nothing" | "who" | "help" | "leave" }
  | { readonly kind: "say"; readonly text: string; readonly to?: string };

/** The help of the chat, on one line. */
export const CHAT_HELP =
  "/who lists the users, /to NAME TEXT sends a private message, /quit leaves";

function usage(message: string, name: string): FtError {
  return new FtError("usage", message, { name });
}

/**
 * Parses a line.
 *
 * @throws `usage` for an unknown command (naming the known ones), or wrong arguments.
 *
 * @example
 * ```ts
 * import { parseChatLine } from "./chat_line.ts";
 *
 * if (parseChatLine("hello").kind !== "say") throw new Error();
 * if (parseChatLine("/who").kind !== "who") throw new Error();
 * ```
 */
export function parseChatLine(line: string): ChatLine {
  const words = splitChatLine(line);
  if (words.kind === "nothing") return words;
  if (words.kind === "text") return { kind: "say", text: words.text };
  const { word, command, rest } = words;
  if (command === undefined) throw unknownSlashWord(word, KNOWN_CHAT_WORDS);
  if (command === "to") return privateMessage(rest);
  if (rest !== "") throw usage(`${word} takes no arguments`, word);
  return { kind: command };
}

function privateMessage(rest: string): ChatLine {
  const message = splitPrivate(rest);
  if (message === undefined) throw usage("/to needs NAME TEXT", "/to");
  return { kind: "say", ...message };
}

/** The chat that lines are for. */
export interface LineChat {
  /** Sends a message, to all or to one seat. */
  say(text: string, to?: string): Promise<void>;
  /** Lists the users. */
  who(): Promise<readonly Presence[]>;
}

/** Runs a parsed line. The caller runs `leave`. @throws What the chat throws. */
export async function runChatLine(line: ChatLine, chat: LineChat, out: Output): Promise<void> {
  switch (line.kind) {
    case "say":
      return await chat.say(line.text, line.to);
    case "who":
      return printPresence(out, await chat.who(), out.terminal);
    case "help":
      return out.notice(CHAT_HELP);
  }
}
