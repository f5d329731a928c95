/**
 * The options of a hub, and the texts that it sends.
 *
 * @module
 */

import type { ChatBus, ChatBusReceiver } from "./chat_bus.ts";
import type { MessageStore } from "./history.ts";
import type { ChatMessage } from "./seat.ts";

/** Options of {@linkcode Hub}. */
export interface HubOptions {
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Keeps messages when the server stops. @default they are kept in memory only */
  readonly store?: MessageStore;
  /** Connects the hub to those of other servers, which have the messages. @default it is alone */
  readonly bus?: ((hub: ChatBusReceiver) => ChatBus) | undefined;
}

/**
 * Words a notice for one user.
 *
 * @param mayKnow Whether this user may know that a file exists.
 * @returns `undefined` if there is nothing for this user.
 */
export type NoticeText = (mayKnow: (path: string) => boolean) => string | undefined;

/** A message that a client or the operator sends. */
export type Said = Pick<ChatMessage, "from" | "text" | "to">;
