/**
 * Ends the chat seats of users who were removed, or lost access otherwise.
 *
 * @module
 */

import { SEAT_LOOK_MS } from "../base/limits.ts";

/** The chat of a server. */
export interface WatchedChat {
  /** Ends the seats of users who have lost access. */
  endRevoked(): void;
}

/** Looks at all seats from time to time, until it is disposed. */
export class SeatRights implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(chat: WatchedChat) {
    this.#timer = setInterval(() => chat.endRevoked(), SEAT_LOOK_MS);
    Deno.unrefTimer(this.#timer);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
