/**
 * The chat of a user for tests, with what it logs and counts.
 *
 * @module
 */

import { createLogger, type LogEvent } from "../lib/base/log.ts";
import type { Hub } from "../lib/chat/hub.ts";
import { type ChatUser, UserChat } from "../lib/chat/user_chat.ts";

/** A user of a hub. */
export interface TestUser {
  readonly chat: UserChat;
  /** The logged events. */
  readonly events: readonly LogEvent[];
  /** Occupied seats. */
  readonly seats: number;
}

/** Makes a user of a hub. @param changes Differences from a guest with access to everything. */
export function chatOf(hub: Hub, changes: Partial<ChatUser> = {}): TestUser {
  const events: LogEvent[] = [];
  let seats = 0;
  const chat = new UserChat(hub, {
    name: "guest",
    isReserved: () => false,
    mayKnow: () => true,
    log: createLogger((event) => events.push(event)),
    countSeat() {
      seats++;
      return { [Symbol.dispose]: () => void seats-- };
    },
    ...changes,
  });
  return {
    chat,
    events,
    get seats() {
      return seats;
    },
  };
}
