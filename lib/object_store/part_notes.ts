/**
 * Parts that the store has and that are not recorded yet. Several are recorded together, as a record
 * costs the store nearly as much time as a part.
 *
 * @module
 */

import { PART_RECORD_MS, PARTS_A_RECORD } from "../base/limits.ts";
import type { SentPart } from "./sent_part.ts";

/** Parts by their number; `null` for one that is not valid any more. */
export type NotedParts = ReadonlyMap<number, SentPart | null>;

/** Records parts: at once if none was recorded for a while, else together with the next ones. */
export class PartNotes {
  readonly #write: (parts: NotedParts) => Promise<void>;
  readonly #delayMs: number;
  readonly #parts = new Map<number, SentPart | null>();
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writtenMs = -Infinity;

  /** @param delayMs The time between two records, in milliseconds. */
  constructor(write: (parts: NotedParts) => Promise<void>, delayMs: number = PART_RECORD_MS) {
    this.#write = write;
    this.#delayMs = delayMs;
  }

  /** Records soon that the store has a part. */
  add(number: number, part: SentPart): void {
    this.#set(number, part);
    this.#schedule();
  }

  /** Records that a part is not valid any more, before it returns. @throws What writing throws. */
  async drop(number: number): Promise<void> {
    this.#set(number, null);
    await this.flush();
  }

  /** The last word about a part comes last, so that it is in the last record. */
  #set(number: number, part: SentPart | null): void {
    this.#parts.delete(number);
    this.#parts.set(number, part);
  }

  #schedule(): void {
    if (this.#isWriting) return;
    const waitMs = this.#writtenMs + this.#delayMs - performance.now();
    if (this.#parts.size >= PARTS_A_RECORD) this.#begin();
    else this.#timer ??= setTimeout(() => this.#begin(), Math.max(0, waitMs));
  }

  #begin(): void {
    // Parts that cannot be recorded are kept for the next time, and for the end, which says why.
    this.flush().catch(() => {});
  }

  /** Records all. @throws What writing throws. */
  async flush(): Promise<void> {
    this.#stopTimer();
    const before = this.#writing;
    this.#writing = before.catch(() => {}).then(() => this.#writeAll());
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    const all = [...this.#parts];
    if (all.length === 0) return;
    this.#isWriting = true;
    try {
      for (let at = 0; at < all.length; at += PARTS_A_RECORD) {
        const some = all.slice(at, at + PARTS_A_RECORD);
        await this.#write(new Map(some));
        for (const [number, part] of some) {
          if (this.#parts.get(number) === part) this.#parts.delete(number);
        }
      }
    } finally {
      this.#isWriting = false;
      this.#writtenMs = performance.now();
      if (this.#parts.size === 0) this.#stopTimer();
      else this.#timer ??= setTimeout(() => this.#begin(), this.#delayMs);
    }
  }

  /** Records all, a last time. @throws What writing throws. */
  async end(): Promise<void> {
    await this.flush().finally(() => this.#stopTimer());
  }

  /** Forgets what is not recorded, and waits for what is being recorded. */
  async forget(): Promise<void> {
    this.#parts.clear();
    // It may fail: nobody needs it any more.
    await this.#writing.catch(() => {});
    this.#stopTimer();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
