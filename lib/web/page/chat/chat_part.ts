/**
 * The properties that each part of the chat has.
 *
 * @module
 */

import type { Chat } from "./chat.ts";
import type { ChatState } from "./chat_state.ts";

/** A part of the chat. */
export interface ChatPart {
  readonly chat: Chat;
  readonly state: ChatState;
}
