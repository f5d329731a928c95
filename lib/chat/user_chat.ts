/**
 * The chat of one login: checks the user's permission, counts seats, and logs.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Hub } from "./hub.ts";
import { messageAllowance } from "./hub_seat.ts";
import type { Participant } from "./participant.ts";
import type { ChatSeat, JoinOptions, Presence } from "./seat.ts";

/** The user of a {@linkcode UserChat}. */
export interface ChatUser {
  /** The name of a seat whose client asks for none. */
  readonly name: string;
  /** Identifies the client across its connections. @default it is not recognised again */
  readonly identity?: string;
  /** Whether a name belongs to another user. */
  isReserved(name: string): boolean;
  /** Whether the user may know that a path exists; only users who may list `.` may chat. */
  mayKnow(path: string): boolean;
  /** Gets the names and lengths of messages, never their text. */
  readonly log: Logger;
  /** Counts a seat until the result is disposed. */
  countSeat(): Disposable;
}

/** Options of {@linkcode UserChat.say}. */
export interface SayOptions {
  /** The seat that gets the message. @default all of them */
  readonly to?: string;
  /** The name to send it under. @default the user's */
  readonly name?: string;
}

/** A hub as one user may use it. Permissions are checked on each call, as they may change. */
export class UserChat {
  readonly #hub: Hub;
  readonly #user: ChatUser;
  readonly #participant: Participant;
  #name: string;

  constructor(hub: Hub, user: ChatUser) {
    this.#hub = hub;
    this.#user = user;
    this.#name = user.name;
    this.#participant = {
      identity: user.identity,
      allowance: messageAllowance(),
      isReserved: (name) => user.isReserved(name),
      mayKnow: (path) => user.mayKnow(path),
      requireAccess: () => this.#requireAccess(),
      seated: (seat) => this.#seated(seat),
      said: (seat, text, to) => user.log.info("chat.said", { seat, to, chars: text.length }),
    };
  }

  /** The name of the last seat, or the user's before the first. */
  get name(): string {
    return this.#name;
  }

  /** Takes a seat. @throws `not_allowed`, `limit` when there are too many. */
  join(options: JoinOptions): ChatSeat {
    const name = options.name ?? this.#user.name;
    return this.#hub.join({ ...options, name }, this.#participant);
  }

  /** Lists the seats. @throws `not_allowed`. */
  who(): readonly Presence[] {
    this.#requireAccess();
    return this.#hub.who();
  }

  /** Sends a message without taking a seat. @throws As {@linkcode ChatSeat.say}, `not_allowed`. */
  say(text: string, { to, name = this.#user.name }: SayOptions = {}): void | Promise<void> {
    return this.#hub.sayAs(name, text, to, this.#participant);
  }

  #seated(seat: string): Disposable {
    const { log } = this.#user;
    const counted = this.#user.countSeat();
    this.#name = seat;
    log.info("chat.joined", { seat });
    return {
      [Symbol.dispose]() {
        counted[Symbol.dispose]();
        log.info("chat.left", { seat });
      },
    };
  }

  #requireAccess(): void {
    if (!this.#user.mayKnow(".")) throw new FtError("not_allowed", "not allowed to chat");
  }
}
