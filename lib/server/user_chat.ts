/**
 * The hub as one caller may use it.
 *
 * @module
 */

import type { Permission } from "../auth/permission.ts";
import { FtError } from "../base/errors.ts";
import { type Hub, speechAllowance } from "../chat/hub.ts";
import type { UserChat } from "../chat/seat.ts";

/** Who comes through a door. */
export interface ChatCaller {
  readonly permission: Permission;
  /** The name of a seat that asks for none. */
  readonly name: string;
  /** Names this client across its connections, where it does so itself. */
  readonly identity?: string;
  /** Whether a name is somebody else's, so that no seat of this caller may have it. */
  readonly isOthers?: (name: string) => boolean;
}

/** A door that also knows under what name its caller was last seen. */
export interface NamedUserChat extends UserChat {
  readonly name: string;
}

/** Binds a hub to a caller. Who may not list may not talk. */
export function userChat(hub: Hub, caller: ChatCaller): NamedUserChat {
  const { permission, identity, isOthers } = caller;
  const speaker = { allowance: speechAllowance(), identity, isOthers };
  const mayKnow = (path: string) => permission.allows("list", path);
  const requireTalk = () => {
    if (!mayKnow(".")) throw new FtError("not_allowed", "not allowed to chat");
  };
  let seen = caller.name;
  return {
    get name() {
      return seen;
    },
    join(options) {
      requireTalk();
      const seat = hub.join({ ...options, ...speaker, name: options.name ?? caller.name, mayKnow });
      seen = seat.name;
      return {
        ...seat,
        messages: whileAllowed(seat.messages, requireTalk),
        say(text, to) {
          requireTalk();
          seat.say(text, to);
        },
      };
    },
    who() {
      requireTalk();
      return hub.who();
    },
    say(text, { to, name = caller.name }) {
      requireTalk();
      hub.sayAs(name, text, to, speaker);
    },
  };
}

/** What is said is not for those who lost their rights while they had a seat. */
async function* whileAllowed<T>(
  messages: AsyncIterable<T>,
  requireAllowed: () => void,
): AsyncGenerator<T> {
  for await (const message of messages) {
    requireAllowed();
    yield message;
  }
}
