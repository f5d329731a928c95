/**
 * The hub as one caller may use it.
 *
 * @module
 */

import type { Permission } from "../auth/permission.ts";
import { FtError } from "../base/errors.ts";
import type { Hub } from "../chat/hub.ts";
import type { ChatDoor } from "../chat/seat.ts";

/**
 * Binds a hub to a caller. Who may not list may not talk.
 *
 * @param name The name of a seat that asks for none.
 */
export function chatDoor(hub: Hub, permission: Permission, name: string): ChatDoor {
  const requireTalk = () => {
    if (!permission.allows("list", ".")) throw new FtError("not_allowed", "not allowed to chat");
  };
  return {
    join(options) {
      requireTalk();
      return hub.join({ name, ...options });
    },
    who() {
      requireTalk();
      return hub.who();
    },
    say(text, { to, name: from = name }) {
      requireTalk();
      hub.say(from, text, to);
    },
  };
}
