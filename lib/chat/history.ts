/**
 * The last messages, for those who come back.
 *
 * @module
 */

import { MAX_CHAT_HISTORY } from "../base/limits.ts";
import type { ChatMessage } from "./seat.ts";

/** A message with who may hear it again. */
export interface KeptMessage {
  readonly message: ChatMessage;
  /** The client that said it, where it names itself. */
  readonly by?: string;
  /** The client a direct message was for; nobody else hears it again. */
  readonly for?: string;
}

/** Where messages outlive the server. What it throws never reaches who speaks. */
export interface MessageStore {
  /** The last messages, oldest first. */
  load(max: number): readonly KeptMessage[];
  /** Adds one; in time, the oldest beyond `max` go. */
  add(kept: KeptMessage, max: number): void;
}

/** Who asks what was said. */
export interface Listener {
  readonly name: string;
  readonly identity?: string;
}

/** The last {@linkcode MAX_CHAT_HISTORY} messages of a hub. */
export class History {
  readonly #kept: KeptMessage[];
  readonly #store: MessageStore | undefined;

  /** @param store Keeps them when the server stops; without one they are only in memory. */
  constructor(store?: MessageStore) {
    this.#store = store;
    this.#kept = [...store?.load(MAX_CHAT_HISTORY) ?? []];
  }

  /** The number of the last message; 0 before the first. */
  get sequence(): number {
    return this.#kept.at(-1)?.message.sequence ?? 0;
  }

  /** Adds a message. */
  add(kept: KeptMessage): void {
    this.#kept.push(kept);
    // Cut in steps: an array loses its front in one go as cheaply as one item.
    if (this.#kept.length >= 2 * MAX_CHAT_HISTORY) this.#kept.splice(0, MAX_CHAT_HISTORY);
    this.#store?.add(kept, MAX_CHAT_HISTORY);
  }

  /** What a listener missed, oldest first: not what it said, nor what was for somebody else. */
  since(after: number, listener: Listener): ChatMessage[] {
    return this.#kept.slice(-MAX_CHAT_HISTORY)
      .filter((kept) => kept.message.sequence > after && mayHearAgain(kept, listener))
      .map(({ message }) => message);
  }
}

function mayHearAgain(kept: KeptMessage, { name, identity }: Listener): boolean {
  const own = kept.message.from === name && (kept.by === undefined || kept.by === identity);
  if (own) return false;
  // Names change hands; only a client that names itself can be known again.
  return kept.message.to === undefined || (kept.for !== undefined && kept.for === identity);
}
