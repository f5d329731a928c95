/**
 * The hub of the chat: seats, messages to all or to one, and notices.
 *
 * @module
 */

import { TokenBucket } from "../base/token_bucket.ts";
import { AsyncQueue } from "../base/async_queue.ts";
import { FtError, notFound } from "../base/errors.ts";
import { MAX_SEAT_QUEUE, MAX_SEATS, MESSAGE_BURST, MESSAGES_PER_SECOND } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import { skeletonOf } from "../base/lookalikes.ts";
import { giveName, unreserved } from "./given_name.ts";
import { History, type MessageStore } from "./history.ts";
import { checkText } from "./message_rules.ts";
import type { Participant } from "./participant.ts";
import type { ChatMessage, ChatOperator, ChatSeat, JoinOptions, Presence } from "./seat.ts";
import { cleanName, SERVER_NAME } from "./seat_name.ts";

/** Options of {@linkcode Hub}. */
export interface HubOptions {
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Keeps messages when the server stops. @default they are kept in memory only */
  readonly store?: MessageStore;
}

interface Seat {
  readonly name: string;
  readonly dialect: string;
  readonly participant: Participant;
  readonly allowance: TokenBucket;
  readonly queue: AsyncQueue<ChatMessage>;
  /** Disposed when the seat is gone. */
  occupied?: Disposable;
  /** When it last sent a message. */
  saidMs: number;
}

/**
 * Words a notice for one user.
 *
 * @param mayKnow Whether this user may know that a file exists.
 * @returns `undefined` if there is nothing for this user.
 */
export type NoticeText = (mayKnow: (path: string) => boolean) => string | undefined;

/** A message that a client or the operator sends. */
type Said = Pick<ChatMessage, "from" | "text" | "to">;

/** Limits how fast one client may send messages. */
export function messageAllowance(): TokenBucket {
  return new TokenBucket({
    burst: MESSAGE_BURST,
    perSecond: MESSAGES_PER_SECOND,
    what: "messages",
  });
}

/** All seats of a server. */
export class Hub implements ChatOperator {
  /** By the skeleton of the name: of names that look alike, only one has a seat. */
  readonly #seats = new Map<string, Seat>();
  readonly #watchers = new Set<(message: ChatMessage) => void>();
  readonly #now: () => number;
  readonly #history: History;
  #sequence: number;

  constructor(options: HubOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.#history = new History(options.store);
    this.#sequence = this.#history.sequence;
  }

  /**
   * Takes a seat; if the name or one that looks like it is taken, a number is added. A client that rejoins with `after` gets
   * its old seat back if the server had not yet noticed the disconnect, and then the messages it
   * missed.
   *
   * @throws `limit` when there are too many seats, and what `requireAccess` throws.
   */
  join(options: JoinOptions, participant: Participant = {}): ChatSeat {
    participant.requireAccess?.();
    const { dialect, after, history = 0 } = options;
    const { identity, allowance = messageAllowance() } = participant;
    const wanted = cleanName(options.name ?? "");
    const rejoins = after !== undefined && this.#reclaim(wanted, identity);
    if (this.#seats.size >= MAX_SEATS) throw new FtError("limit", "too many seats");
    const hasSeat = (name: string) => this.#seats.has(skeletonOf(name));
    const { name, other } = giveName(wanted, participant, hasSeat);
    const missed = after === undefined
      ? this.#history.last(history, identity)
      : this.#history.since(after, { name, identity });
    const queue = new AsyncQueue<ChatMessage>();
    const seat: Seat = { name, dialect, participant, allowance, queue, saidMs: this.#now() };
    this.#seats.set(skeletonOf(name), seat);
    seat.occupied = participant.seated?.(name);
    if (!rejoins) this.notice(`${name} joined`, name);
    return {
      name,
      other,
      sequence: this.#sequence,
      incomplete: after !== undefined && !this.#history.isComplete(after),
      messages: received(missed, seat),
      say: (text, to) => this.#sayFrom(seat, text, to),
      [Symbol.dispose]: () => this.#leave(seat),
    };
  }

  /** Removes the seat that a client still has on a lost connection. */
  #reclaim(name: string, identity: string | undefined): boolean {
    const seat = this.#find(name);
    if (seat === undefined || identity === undefined) return false;
    if (seat.participant.identity !== identity) return false;
    this.#remove(seat, new FtError("conflict", "the client rejoined on another connection"));
    return true;
  }

  /** The seat with this name, in any spelling; not one that only looks like it. */
  #find(name: string): Seat | undefined {
    return this.#exactly(name) ?? this.#exactly(cleanName(name));
  }

  #exactly(name: string): Seat | undefined {
    const seat = this.#seats.get(skeletonOf(name));
    return seat?.name === name ? seat : undefined;
  }

  #leave(seat: Seat): void {
    seat.queue.close();
    if (this.#find(seat.name) !== seat) return;
    this.#forget(seat);
    this.notice(`${seat.name} left`);
  }

  #remove(seat: Seat, reason: FtError): void {
    seat.queue.fail(reason);
    this.#forget(seat);
  }

  #forget(seat: Seat): void {
    this.#seats.delete(skeletonOf(seat.name));
    seat.occupied?.[Symbol.dispose]();
  }

  #sayFrom(seat: Seat, text: string, to?: string): void {
    const { name, participant } = seat;
    participant.requireAccess?.();
    if (this.#find(name) !== seat) {
      throw new FtError("not_allowed", "the seat has been taken away");
    }
    seat.saidMs = this.#now();
    this.#say({ from: name, text, to }, participant, seat);
  }

  /** Sends a message to one seat, or to all but the sender's `own`; an empty text is ignored. */
  #say({ from, text, to }: Said, participant: Participant, own?: Seat): void {
    checkText(text);
    if (text === "") return;
    const only = to === undefined ? undefined : this.#find(to);
    if (to !== undefined && (only === undefined || !this.#mayStay(only))) throw notFound(to);
    const atMs = this.#now();
    (own ?? participant).allowance?.take(atMs);
    const sequence = ++this.#sequence;
    const message: ChatMessage = { sequence, kind: "message", from, text, atMs, to: only?.name };
    this.#history.add({ message, by: participant.identity, for: only?.participant.identity });
    const receivers = only === undefined ? this.#seats.values() : [only].values();
    this.#deliver(message, receivers.filter((seat) => seat !== own));
    participant.said?.(from, text, only?.name);
    if (only === undefined) this.#show(message);
  }

  /**
   * Sends a message without a seat; if the name is reserved, a number is added.
   *
   * @throws As {@linkcode ChatSeat.say}, and what `requireAccess` throws.
   */
  sayAs(name: string, text: string, to: string | undefined, participant: Participant): void {
    participant.requireAccess?.();
    const from = unreserved(cleanName(name), participant);
    this.#say({ from, text, to }, participant);
  }

  broadcast(text: string): void {
    this.#say({ from: SERVER_NAME, text }, {});
  }

  kick(name: string): void {
    const seat = this.#find(name);
    if (seat === undefined) throw notFound(name);
    this.#remove(seat, new FtError("not_allowed", "removed from the chat by the operator"));
    this.notice(`${seat.name} was removed`);
  }

  /**
   * Sends a notice to all seats; seats with a backlog are skipped.
   *
   * @param except The seat that does not get it.
   */
  notice(text: string, except?: string): void {
    const message = this.#noticeOf(text);
    const others = this.#seats.values().filter((seat) => seat.name !== except && keepsUp(seat));
    this.#deliver(message, others);
    this.#show(message);
  }

  watch(onMessage: (message: ChatMessage) => void): Disposable {
    this.#watchers.add(onMessage);
    return { [Symbol.dispose]: () => void this.#watchers.delete(onMessage) };
  }

  #show(message: ChatMessage): void {
    for (const watcher of this.#watchers) watcher(message);
  }

  /** Sends each seat a notice about files of which its user may know. */
  noticeAbout(textFor: NoticeText): void {
    for (const seat of this.#seats.values().filter(keepsUp)) {
      const text = textFor((path) => seat.participant.mayKnow?.(path) ?? false);
      if (text !== undefined) this.#deliver(this.#noticeOf(text), [seat]);
    }
  }

  #noticeOf(text: string): ChatMessage {
    const atMs = this.#now();
    return { sequence: this.#sequence, kind: "notice", from: SERVER_NAME, text, atMs };
  }

  /** A slow consumer loses its seat, so that nobody waits for it. */
  #deliver(message: ChatMessage, seats: Iterable<Seat>): void {
    const slow: Seat[] = [];
    for (const seat of seats) {
      if (seat.queue.size < MAX_SEAT_QUEUE) seat.queue.push(message);
      else slow.push(seat);
    }
    const reason = "messages were read too slowly";
    for (const seat of slow) this.#remove(seat, new FtError("limit", reason, { retryable: true }));
    for (const { name } of slow) this.notice(`${name} left`);
  }

  /** Ends the seats of users who have lost access to the chat. */
  endRevoked(): void {
    for (const seat of [...this.#seats.values()]) this.#mayStay(seat);
  }

  /** Whether a seat's user still has access; if not, the seat ends. */
  #mayStay(seat: Seat): boolean {
    try {
      seat.participant.requireAccess?.();
      return true;
    } catch (error) {
      this.#remove(seat, asFtError(error));
      this.notice(`${seat.name} left`);
      return false;
    }
  }

  who(): readonly Presence[] {
    this.endRevoked();
    return [...this.#seats.values()].map(({ name, dialect, saidMs }) => ({
      name,
      dialect,
      idleMs: Math.max(0, this.#now() - saidMs),
    }));
  }
}

/** Whether a seat has no backlog; one that has gets no notices. */
function keepsUp({ queue }: Seat): boolean {
  return queue.size < MAX_SEAT_QUEUE / 2;
}

/** The messages a client missed, then those for its seat, for as long as it has access. */
async function* received(
  missed: readonly ChatMessage[],
  { queue, participant }: Seat,
): AsyncGenerator<ChatMessage> {
  for (const message of missed) {
    participant.requireAccess?.();
    yield message;
  }
  for await (const message of queue) {
    participant.requireAccess?.();
    yield message;
  }
}
