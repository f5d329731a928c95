/**
 * The hub: seats, messages to all or one, notices.
 *
 * @module
 */

import { AsyncQueue } from "../base/async_queue.ts";
import { FtError, notFound } from "../base/errors.ts";
import { MAX_SEAT_QUEUE, MAX_SEATS, MESSAGE_BURST, MESSAGES_PER_SECOND } from "../base/limits.ts";
import { Allowance } from "../base/allowance.ts";
import { History, type MessageStore } from "./history.ts";
import type { ChatMessage, ChatOperator, ChatSeat, JoinOptions, Presence } from "./seat.ts";
import { checkText, cleanName, isServerName, SERVER_NAME } from "./message_rules.ts";

export { SERVER_NAME };

/** Who speaks or listens, as far as the server knows. */
export interface Speaker {
  /** Names a client across its connections. */
  readonly identity?: string;
  /** Counts what it says; the operator is not counted. */
  readonly allowance?: Allowance;
  /** Whether a name is somebody else's: it becomes another, as one that is taken. */
  readonly isOthers?: (name: string) => boolean;
}

/** How to take a seat at a hub. */
export interface HubJoinOptions extends JoinOptions, Speaker {
  /** Whether it may know of a file. @default nobody may */
  readonly mayKnow?: (path: string) => boolean;
}

/** Options of {@linkcode Hub}. */
export interface HubOptions {
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Keeps messages when the server stops. */
  readonly store?: MessageStore;
}

interface Seat extends Speaker {
  readonly name: string;
  readonly dialect: string;
  readonly queue: AsyncQueue<ChatMessage>;
  readonly mayKnow: (path: string) => boolean;
  saidMs: number;
}

const NOBODY = () => false;

/** How much one speaker may say. */
export function speechAllowance(): Allowance {
  return new Allowance({ burst: MESSAGE_BURST, perSecond: MESSAGES_PER_SECOND, what: "messages" });
}

/** All seats of a server. */
export class Hub implements ChatOperator {
  readonly #seats = new Map<string, Seat>();
  readonly #now: () => number;
  readonly #history: History;
  #sequence: number;

  constructor(options: HubOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.#history = new History(options.store);
    this.#sequence = this.#history.sequence;
  }

  /**
   * Takes a seat; a name that is taken gets a number. A client that comes back with `after` gets
   * its old seat, if the server had not yet noticed that it was gone, and hears what it missed.
   *
   * @throws `limit`.
   */
  join(options: HubJoinOptions): ChatSeat {
    const { identity, isOthers, allowance = speechAllowance(), mayKnow = NOBODY, after } = options;
    const wanted = cleanName(options.name ?? "", "guest");
    const back = after !== undefined && this.#reclaim(wanted, identity);
    if (this.#seats.size >= MAX_SEATS) throw new FtError("limit", "too many seats");
    const seat: Seat = {
      name: this.#freeName(wanted, isOthers),
      dialect: options.dialect,
      queue: new AsyncQueue(),
      identity,
      mayKnow,
      allowance,
      saidMs: this.#now(),
    };
    const missed = after === undefined ? [] : this.#history.since(after, seat);
    this.#seats.set(seat.name, seat);
    if (!back) this.notice(`${seat.name} joined`, seat.name);
    return {
      name: seat.name,
      sequence: this.#sequence,
      messages: missed.length === 0 ? seat.queue : inTurn(missed, seat.queue),
      say: (text, to) => this.#sayFrom(seat, text, to),
      [Symbol.dispose]: () => this.#leave(seat),
    };
  }

  /** Ends the seat a client left behind on a connection that is lost. */
  #reclaim(name: string, identity: string | undefined): boolean {
    const seat = this.#seats.get(name);
    if (seat === undefined || identity === undefined || seat.identity !== identity) return false;
    this.#remove(seat, new FtError("conflict", "the client came back on another connection"));
    return true;
  }

  #freeName(wanted: string, isOthers?: Speaker["isOthers"]): string {
    return numbered(wanted, (name) => this.#seats.has(name) || isReserved(name, isOthers));
  }

  #leave(seat: Seat): void {
    seat.queue.close();
    if (this.#seats.get(seat.name) !== seat) return;
    this.#seats.delete(seat.name);
    this.notice(`${seat.name} left`);
  }

  #remove(seat: Seat, reason: FtError): void {
    seat.queue.fail(reason);
    this.#seats.delete(seat.name);
  }

  #sayFrom(seat: Seat, text: string, to?: string): void {
    if (this.#seats.get(seat.name) !== seat) {
      throw new FtError("not_allowed", "the seat is no longer there");
    }
    seat.saidMs = this.#now();
    this.say(seat.name, text, to, seat);
  }

  /**
   * Says something in someone's name; nothing at all is not said.
   *
   * @throws `limit` when it is too long or too much, `usage` when it is not Unicode, `not_found`
   *   when `to` is not here.
   */
  say(from: string, text: string, to?: string, speaker: Speaker = {}): void {
    checkText(text);
    if (text === "") return;
    const only = to === undefined ? undefined : this.#seats.get(to);
    if (to !== undefined && only === undefined) throw notFound(to);
    speaker.allowance?.take(this.#now());
    const message: ChatMessage = {
      sequence: ++this.#sequence,
      kind: "message",
      from,
      text,
      atMs: this.#now(),
      ...(to === undefined ? {} : { to }),
    };
    this.#history.add({ message, by: speaker.identity, for: only?.identity });
    const hearers = only === undefined ? this.#seats.values() : [only].values();
    this.#deliver(message, hearers.filter((seat) => seat !== speaker));
  }

  /**
   * Says something without a seat, under a name that is neither the server's nor a user's.
   *
   * @throws As {@linkcode say}.
   */
  sayAs(name: string, text: string, to: string | undefined, speaker: Speaker): void {
    const clean = cleanName(name, "guest");
    const own = numbered(clean, (name) => isReserved(name, speaker.isOthers));
    this.say(own, text, to, speaker);
  }

  broadcast(text: string): void {
    this.say(SERVER_NAME, text);
  }

  kick(name: string): void {
    const seat = this.#seats.get(name);
    if (seat === undefined) throw notFound(name);
    this.#remove(seat, new FtError("not_allowed", "removed from the chat by the operator"));
    this.notice(`${name} was removed`);
  }

  /**
   * Tells all but one seat something. A seat that is behind does without.
   *
   * @param about The file it is about: then only those hear it who may know of that.
   */
  notice(text: string, except?: string, about?: string): void {
    const message: ChatMessage = {
      sequence: this.#sequence,
      kind: "notice",
      from: SERVER_NAME,
      text,
      atMs: this.#now(),
    };
    const mayHear = (seat: Seat) =>
      seat.name !== except && seat.queue.size < MAX_SEAT_QUEUE / 2 &&
      (about === undefined || seat.mayKnow(about));
    this.#deliver(message, this.#seats.values().filter(mayHear));
  }

  /** A slow reader is dropped, never waited for. */
  #deliver(message: ChatMessage, seats: Iterable<Seat>): void {
    const slow: Seat[] = [];
    for (const seat of seats) {
      if (seat.queue.size < MAX_SEAT_QUEUE) seat.queue.push(message);
      else slow.push(seat);
    }
    for (const seat of slow) {
      this.#remove(
        seat,
        new FtError("limit", "messages were read too slowly", { retryable: true }),
      );
    }
    for (const { name } of slow) this.notice(`${name} left`);
  }

  who(): readonly Presence[] {
    return [...this.#seats.values()].map(({ name, dialect, saidMs }) => ({
      name,
      dialect,
      idleMs: Math.max(0, this.#now() - saidMs),
    }));
  }
}

function isReserved(name: string, isOthers: Speaker["isOthers"] = NOBODY): boolean {
  return isServerName(name) || isOthers(name);
}

/** A name that is not taken: the one wanted, or that with a number. */
function numbered(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let n = 2; isTaken(name); n++) name = `${wanted}${n}`;
  return name;
}

async function* inTurn(
  first: readonly ChatMessage[],
  then: AsyncIterable<ChatMessage>,
): AsyncGenerator<ChatMessage> {
  yield* first;
  yield* then;
}
