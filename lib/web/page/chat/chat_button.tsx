/**
 * The button of the chat in the bar at the top, with the number of unread messages.
 *
 * @module
 */

import type { JSX } from "preact";
import { Icon } from "../icons.tsx";
import { text } from "../text.ts";
import type { ChatPart } from "./chat_part.ts";

/** The button. */
export function ChatButton({ chat, state }: ChatPart): JSX.Element {
  const { isOpen, unread, connection } = state;
  return (
    <button
      type="button"
      class={connection === "lost" ? "chat-button lost" : "chat-button"}
      aria-expanded={isOpen}
      aria-label={text.chat.open(unread)}
      title={connection === "lost" ? text.chat.lost : text.chat.open(unread)}
      onClick={() => chat.open(!isOpen)}
    >
      <Icon name="bubble" />
      <span aria-hidden="true">{text.chat.title}</span>
      {unread > 0 && <span class="count" aria-hidden="true">{unread}</span>}
    </button>
  );
}
