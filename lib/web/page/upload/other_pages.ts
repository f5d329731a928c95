/**
 * Other pages of this browser: each upload belongs to one of them, so that two do not send the same
 * file.
 *
 * @module
 */

import { newId } from "./item.ts";

/** Milliseconds in which another page answers, unless it is busy. */
const ANSWER_MS = 300;

/** A page; of two with the same upload, the one that was opened first keeps it. */
interface Page {
  readonly openedMs: number;
  /** Decides between pages that were opened at once. */
  readonly id: string;
}

/** A message to all other pages: a question, or the uploads of one page. */
interface Message {
  readonly from: Page;
  readonly uploads?: readonly string[];
}

/** The part of a channel between pages that is used. */
export type Channel = Pick<BroadcastChannel, "postMessage" | "addEventListener">;

/** The uploads of a page. */
export interface OwnUploads {
  /** Their identifiers. */
  ids(): readonly string[];
  /** Gives some up, which another page has. */
  leave(ids: readonly string[]): void;
}

/** The other pages. */
export class OtherPages {
  readonly #channel: Channel;
  readonly #own: OwnUploads;
  readonly #page: Page = { openedMs: performance.timeOrigin, id: newId() };
  readonly #taken = new Set<string>();

  constructor(channel: Channel, own: OwnUploads) {
    this.#channel = channel;
    this.#own = own;
    channel.addEventListener("message", (event) => this.#hear((event as MessageEvent).data));
  }

  /** Asks for the identifiers of the uploads of other pages. */
  async uploads(): Promise<ReadonlySet<string>> {
    this.#post();
    await new Promise((answered) => setTimeout(answered, ANSWER_MS));
    return this.#taken;
  }

  /** Tells the other pages of the uploads of this one, also of those that answered too late. */
  tell(): void {
    this.#post(this.#own.ids());
  }

  #post(uploads?: readonly string[]): void {
    this.#channel.postMessage({ from: this.#page, uploads } satisfies Message);
  }

  #hear({ from, uploads }: Message): void {
    if (uploads === undefined) return this.tell();
    for (const id of uploads) this.#taken.add(id);
    const theirs = new Set(uploads);
    const both = this.#own.ids().filter((id) => theirs.has(id));
    if (both.length === 0) return;
    if (isFirst(from, this.#page)) this.#own.leave(both);
    else this.tell();
  }
}

function isFirst(one: Page, other: Page): boolean {
  if (one.openedMs !== other.openedMs) return one.openedMs < other.openedMs;
  return one.id < other.id;
}
