/**
 * The rates of all uploads.
 *
 * @module
 */

import { isSending, type Item } from "./item.ts";
import type { Items } from "./items.ts";
import { Rate } from "./rate.ts";

/** Measures uploads. */
export class Rates {
  /** All together. */
  readonly all: Rate = new Rate();
  /** The bytes of all uploads. */
  allBytes = 0;
  /** Those that the server has. */
  sentBytes = 0;
  readonly #each = new Map<string, Rate>();

  /** The rate of an upload; `undefined` while it is not sent. */
  of({ id }: Item): Rate | undefined {
    return this.#each.get(id);
  }

  /** Notes how far the uploads are. @param nowMs Milliseconds of a clock that never goes back. */
  note(items: Items, nowMs: number): void {
    [this.allBytes, this.sentBytes] = [0, 0];
    for (const item of items.all()) {
      const { id, bytes, sent, state } = item;
      this.allBytes += bytes;
      this.sentBytes += sent;
      if (state === "sending") {
        const rate = this.#each.get(id) ?? new Rate();
        this.#each.set(id, rate);
        rate.note(sent, nowMs);
      } else if (!isSending(item)) this.#each.delete(id);
    }
    this.all.note(this.sentBytes, nowMs);
  }
}
