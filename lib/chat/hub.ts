/**
 * The hub of the chat: seats, messages to all or to one, and notices.
 *
 * @module
 */

import { AsyncQueue } from "../base/async_queue.ts";
import { FtError, notFound } from "../base/errors.ts";
import { MAX_CHAT_HISTORY, MAX_SEAT_QUEUE, MAX_SEATS } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import { skeletonOf } from "../base/lookalikes.ts";
import type { ChatBus, ChatBusReceiver, ReceivedMessage, SharedSeat } from "./chat_bus.ts";
import { giveName, unreserved } from "./given_name.ts";
import { History } from "./history.ts";
import type { HubOptions, NoticeText, Said } from "./hub_options.ts";
import {
  END_REASONS,
  keepsUp,
  looksAlike,
  messageAllowance,
  received,
  type Seat,
} from "./hub_seat.ts";
import { checkText } from "./message_rules.ts";
import type { Participant } from "./participant.ts";
import type { ChatMessage, ChatOperator, ChatSeat, JoinOptions, Presence } from "./seat.ts";
import { cleanName, SERVER_NAME } from "./seat_name.ts";

/** All seats of a server. */
export class Hub implements ChatOperator, ChatBusReceiver {
  /** By the skeleton of the name: of names that look alike, only one has a seat. */
  readonly #seats = new Map<string, Seat>();
  readonly #watchers = new Set<(message: ChatMessage, elsewhere: boolean) => void>();
  readonly #now: () => number;
  readonly #history: History;
  readonly #bus: ChatBus | undefined;
  sequence: number;

  constructor(options: HubOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.#history = new History(options.store);
    this.sequence = this.#history.sequence;
    this.#bus = options.bus?.(this);
  }

  /**
   * Takes a seat; if the name or one like it is taken, a number is added. A client that rejoins with
   * `after` gets its old seat back if its disconnect was not noticed, and the messages it missed.
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
    const old = after !== undefined && identity ? this.#elsewhere(wanted, identity)?.id : undefined;
    const hasSeat = (name: string) =>
      this.#seats.has(skeletonOf(name)) ||
      this.#others().some((other) => other.id !== old && looksAlike(other.name, name));
    const { name, other } = giveName(wanted, participant, hasSeat);
    const missed = after === undefined
      ? this.#history.last(history, identity)
      : this.#history.since(after, { name, identity });
    const queue = new AsyncQueue<ChatMessage>();
    const seat: Seat = {
      ...{ id: crypto.randomUUID(), name, dialect, identity, participant, allowance, queue },
      ...{ after: this.#seenUpTo(after ?? 0), saidMs: this.#now() },
    };
    this.#seats.set(skeletonOf(name), seat);
    seat.occupied = participant.seated?.(name);
    this.#bus?.enter(seat);
    if (!rejoins && old === undefined) this.notice(`${name} joined`, name);
    return {
      name,
      other,
      sequence: this.sequence,
      incomplete: after !== undefined && !this.#history.isComplete(after),
      messages: received(missed, seat),
      say: (text, to) => this.#sayFrom(seat, text, to),
      [Symbol.dispose]: () => this.#leave(seat),
    };
  }

  /** The last message that a client has. A hub that forgot its messages counts from the start. */
  #seenUpTo(after: number): number {
    // The hub of another server may be ahead by a little.
    const ahead = this.#bus === undefined ? 0 : MAX_CHAT_HISTORY;
    return after <= this.sequence + ahead ? after : this.sequence;
  }

  /** Removes the seat that a client still has on a lost connection. */
  #reclaim(name: string, identity: string | undefined): boolean {
    const seat = this.#find(name);
    if (seat === undefined || identity === undefined) return false;
    if (seat.participant.identity !== identity) return false;
    this.#remove(seat, END_REASONS.rejoined());
    return true;
  }

  /** The seats on other servers. */
  #others() {
    return [...this.#bus?.seats() ?? []];
  }

  /** The seat on another server with this name, of this client if that matters. */
  #elsewhere(name: string, identity?: string) {
    const clean = cleanName(name);
    return this.#others().find((seat) =>
      seat.name === clean && (identity === undefined || seat.identity === identity)
    );
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
    this.#bus?.leave(seat);
  }

  #sayFrom(seat: Seat, text: string, to?: string): void | Promise<void> {
    const { name, participant } = seat;
    participant.requireAccess?.();
    if (this.#find(name) !== seat) {
      throw new FtError("not_allowed", "the seat has been taken away");
    }
    seat.saidMs = this.#now();
    return this.#say({ from: name, text, to }, participant, seat);
  }

  /** Sends a message to one seat, or to all but the sender's `own`; an empty text is ignored. */
  #say({ from, text, to }: Said, participant: Participant, own?: Seat): void | Promise<void> {
    checkText(text);
    if (text === "") return;
    const only = to === undefined ? undefined : this.#receiver(to);
    const atMs = this.#now();
    (own ?? participant).allowance?.take(atMs);
    const said = {
      message: { from, text, to: only?.name },
      ...{ by: participant.identity, for: only?.identity, seat: own?.id },
    };
    const done = () => participant.said?.(from, text, only?.name);
    if (this.#bus !== undefined) return this.#bus.publish(said).then(done);
    const sequence = this.sequence + 1;
    this.receive({ ...said, message: { sequence, kind: "message", ...said.message, atMs } });
    done();
  }

  /** The seat that a direct message is for. @throws `not_found`. */
  #receiver(to: string): SharedSeat {
    const here = this.#find(to);
    const seat = here !== undefined && this.#mayStay(here) ? here : this.#elsewhere(to);
    if (seat === undefined) throw notFound(to);
    return seat;
  }

  receive({ message, seat: own, elsewhere = false, ...facts }: ReceivedMessage): void {
    const { sequence, to } = message;
    this.sequence = sequence;
    this.#history.add({ message, ...facts });
    const all = to === undefined ? this.#seats.values() : [this.#find(to)].values();
    const receivers = all.filter((seat) => seat !== undefined);
    this.#deliver(message, receivers.filter(({ id, after }) => id !== own && after < sequence));
    if (to === undefined) this.#show(message, elsewhere);
  }

  /**
   * Sends a message without a seat; if the name is reserved, a number is added.
   *
   * @throws As {@linkcode ChatSeat.say}, and what `requireAccess` throws.
   */
  sayAs(
    name: string,
    text: string,
    to: string | undefined,
    participant: Participant,
  ): void | Promise<void> {
    participant.requireAccess?.();
    const from = unreserved(cleanName(name), participant);
    return this.#say({ from, text, to }, participant);
  }

  broadcast(text: string): void | Promise<void> {
    return this.#say({ from: SERVER_NAME, text }, {});
  }

  kick(name: string): void {
    const [seat, other] = [this.#find(name), this.#elsewhere(name)];
    if (seat === undefined && other === undefined) throw notFound(name);
    if (seat === undefined) this.#bus!.kick(other!);
    else this.#remove(seat, END_REASONS.removed());
    this.notice(`${(seat ?? other)!.name} was removed`);
  }

  end(id: string, why: keyof typeof END_REASONS): void {
    const seat = this.#seats.values().find((one) => one.id === id);
    if (seat !== undefined) this.#remove(seat, END_REASONS[why]());
  }

  /**
   * Sends a notice to all seats; seats with a backlog are skipped.
   *
   * @param except The seat that does not get it.
   */
  notice(text: string, except?: string): void {
    this.showNotice(text, except);
    this.#bus?.notice(text);
  }

  showNotice(text: string, except?: string): void {
    const message = this.#noticeOf(text);
    const others = this.#seats.values().filter((seat) => seat.name !== except && keepsUp(seat));
    this.#deliver(message, others);
    this.#show(message);
  }

  watch(onMessage: (message: ChatMessage, elsewhere: boolean) => void): Disposable {
    this.#watchers.add(onMessage);
    return { [Symbol.dispose]: () => void this.#watchers.delete(onMessage) };
  }

  #show(message: ChatMessage, elsewhere = false): void {
    for (const watcher of this.#watchers) watcher(message, elsewhere);
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
    return { sequence: this.sequence, kind: "notice", from: SERVER_NAME, text, atMs };
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
    return [...this.#seats.values(), ...this.#others()].map(({ name, dialect, saidMs }) => ({
      name,
      dialect,
      idleMs: Math.max(0, this.#now() - saidMs),
    }));
  }
}
