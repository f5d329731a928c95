/**
 * A line that a person enters in the chat, with the commands of the chat in a terminal.
 *
 * @module
 */

import { KNOWN_CHAT_WORDS, splitChatLine, splitPrivate } from "../../../base/chat_words.ts";
import { text } from "../text.ts";

/** A line. */
export type ChatInput =
  | { readonly kind: "nothing" | "who" | "help" | "leave" }
  | { readonly kind: "say"; readonly text: string; readonly to?: string }
  | { readonly kind: "wrong"; readonly why: string };

/** Reads a line. */
export function readChatInput(line: string): ChatInput {
  const words = splitChatLine(line);
  if (words.kind === "nothing") return words;
  if (words.kind === "text") return { kind: "say", text: words.text };
  const { word, command, rest } = words;
  if (command === undefined) {
    return wrong(text.chat.unknownWord(word.slice(0, 80), KNOWN_CHAT_WORDS.join(", ")));
  }
  if (command !== "to") {
    return rest === "" ? { kind: command } : wrong(text.chat.noArguments(word));
  }
  const message = splitPrivate(rest);
  return message === undefined ? wrong(text.chat.needsName) : { kind: "say", ...message };
}

function wrong(why: string): ChatInput {
  return { kind: "wrong", why };
}
