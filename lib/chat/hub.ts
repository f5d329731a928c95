/**
 * The hub: seats, messages to all or one, notices.
 *
 * @module
 */

import { AsyncQueue } from "../base/async_queue.ts";
import { FtError, notFound } from "../base/errors.ts";
import { MAX_MESSAGE_BYTES, MAX_SEAT_QUEUE, MAX_SEATS } from "../base/limits.ts";
import type { ChatMessage, ChatSeat, JoinOptions, Presence } from "./seat.ts";

/** The name under which the server speaks. */
export const SERVER_NAME = "SERVER";

interface Seat {
  readonly name: string;
  readonly dialect: string;
  readonly queue: AsyncQueue<ChatMessage>;
  saidMs: number;
}

/** All seats of a server. */
export class Hub {
  readonly #seats = new Map<string, Seat>();
  readonly #now: () => number;
  #sequence = 0;

  /** @param options `now`: milliseconds since 1970. */
  constructor(options: { readonly now?: () => number } = {}) {
    this.#now = options.now ?? Date.now;
  }

  /** Takes a seat; a name that is taken gets a number. @throws `limit`. */
  join(options: JoinOptions): ChatSeat {
    if (this.#seats.size >= MAX_SEATS) throw new FtError("limit", "too many seats");
    const seat: Seat = {
      name: this.#freeName(options.name ?? "guest"),
      dialect: options.dialect,
      queue: new AsyncQueue(),
      saidMs: this.#now(),
    };
    this.#seats.set(seat.name, seat);
    this.notice(`${seat.name} joined`, seat.name);
    return {
      name: seat.name,
      messages: seat.queue,
      say: (text, to) => {
        seat.saidMs = this.#now();
        this.say(seat.name, text, to);
      },
      [Symbol.dispose]: () => this.#leave(seat),
    };
  }

  #freeName(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#seats.has(name) || name === SERVER_NAME; n++) name = `${wanted}${n}`;
    return name;
  }

  #leave(seat: Seat): void {
    seat.queue.close();
    if (this.#seats.get(seat.name) !== seat) return;
    this.#seats.delete(seat.name);
    this.notice(`${seat.name} left`);
  }

  /**
   * Says something in someone's name.
   *
   * @throws `limit` when it is too long, `not_found` when `to` is not here.
   */
  say(from: string, text: string, to?: string): void {
    if (new TextEncoder().encode(text).length > MAX_MESSAGE_BYTES) {
      throw new FtError("limit", `a message is longer than ${MAX_MESSAGE_BYTES} bytes`);
    }
    const only = to === undefined ? undefined : this.#seats.get(to);
    if (to !== undefined && only === undefined) throw notFound(to);
    const message: ChatMessage = {
      sequence: ++this.#sequence,
      kind: "message",
      from,
      text,
      atMs: this.#now(),
      ...(to === undefined ? {} : { to }),
    };
    for (const seat of only === undefined ? this.#seats.values() : [only]) {
      if (seat.name !== from) this.#deliver(seat, message);
    }
  }

  /** Tells all but one seat something. */
  notice(text: string, except?: string): void {
    const message: ChatMessage = {
      sequence: this.#sequence,
      kind: "notice",
      from: SERVER_NAME,
      text,
      atMs: this.#now(),
    };
    for (const seat of this.#seats.values()) {
      if (seat.name !== except) this.#deliver(seat, message);
    }
  }

  /** A slow reader is dropped, never waited for. */
  #deliver(seat: Seat, message: ChatMessage): void {
    if (seat.queue.size < MAX_SEAT_QUEUE) {
      seat.queue.push(message);
      return;
    }
    seat.queue.fail(new FtError("limit", "messages were read too slowly", { retryable: true }));
    this.#seats.delete(seat.name);
  }

  /** Who is here. */
  who(): readonly Presence[] {
    return [...this.#seats.values()].map(({ name, dialect, saidMs }) => ({
      name,
      dialect,
      idleMs: this.#now() - saidMs,
    }));
  }
}
