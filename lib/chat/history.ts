/**
 * The last messages, so that a client that rejoins gets what it missed.
 *
 * @module
 */

import { MAX_CHAT_HISTORY } from "../base/limits.ts";
import type { ChatMessage } from "./seat.ts";

/** A message, and the clients that matter when it is replayed. */
export interface KeptMessage {
  readonly message: ChatMessage;
  /** The identity of the client that sent it, if it has one. */
  readonly by?: string;
  /** The identity of the client a direct message was for; it is replayed to no other. */
  readonly for?: string;
}

/** Stores messages beyond the life of the server. Its methods do not throw. */
export interface MessageStore {
  /** Returns the last messages, oldest first. */
  load(max: number): readonly KeptMessage[];
  /** Adds a message; removes the oldest beyond `max`, though not at once. */
  add(kept: KeptMessage, max: number): void;
}

/** A client that asks for the messages it missed. */
export interface Rejoining {
  readonly name: string;
  readonly identity?: string;
}

/** The last {@linkcode MAX_CHAT_HISTORY} messages of a hub. */
export class History {
  readonly #kept: KeptMessage[];
  readonly #store: MessageStore | undefined;

  /** @param store Keeps the messages when the server stops. @default they are kept in memory only */
  constructor(store?: MessageStore) {
    this.#store = store;
    this.#kept = [...store?.load(MAX_CHAT_HISTORY) ?? []];
  }

  /** The sequence number of the last message; 0 before the first. */
  get sequence(): number {
    return this.#kept.at(-1)?.message.sequence ?? 0;
  }

  /** Adds a message. */
  add(kept: KeptMessage): void {
    this.#kept.push(kept);
    // Removing many items from the front of an array costs as little as removing one.
    if (this.#kept.length >= 2 * MAX_CHAT_HISTORY) this.#kept.splice(0, MAX_CHAT_HISTORY);
    this.#store?.add(kept, MAX_CHAT_HISTORY);
  }

  /** Whether it has all messages after a sequence number. */
  isComplete(after: number): boolean {
    const first = this.#kept.at(-MAX_CHAT_HISTORY) ?? this.#kept[0];
    // A history that has forgotten everything counts from the start again.
    return after <= this.sequence && after + 1 >= (first?.message.sequence ?? after + 1);
  }

  /** Returns messages after a sequence number, without the client's own and those for others. */
  since(after: number, client: Rejoining): ChatMessage[] {
    return this.#kept.slice(-MAX_CHAT_HISTORY)
      .filter((kept) => kept.message.sequence > after && isReplayedTo(kept, client))
      .map(({ message }) => message);
  }

  /** Returns the last messages for a client that has seen none: its own, too, but no others' private ones. */
  last(count: number, identity: string | undefined): ChatMessage[] {
    if (count === 0) return [];
    return this.#kept.slice(-MAX_CHAT_HISTORY)
      .filter((kept) => isForAll(kept) || isFor(kept, identity))
      .slice(-count)
      .map(({ message }) => message);
  }
}

function isForAll({ message }: KeptMessage): boolean {
  return message.to === undefined;
}

/** Several clients may use one name in turn; only an identity shows that it is the same client. */
function isFor(kept: KeptMessage, identity: string | undefined): boolean {
  return kept.for !== undefined && kept.for === identity;
}

function isReplayedTo(kept: KeptMessage, { name, identity }: Rejoining): boolean {
  const own = kept.message.from === name && (kept.by === undefined || kept.by === identity);
  return !own && (isForAll(kept) || isFor(kept, identity));
}
