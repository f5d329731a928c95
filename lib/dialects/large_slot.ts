/**
 * Limits the large `json` messages in memory.
 *
 * @module
 */

import { MAX_LARGE_JSON } from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";

/** Shared by all connections. */
const slots = new Semaphore(MAX_LARGE_JSON);

/** The slot of one exchange, which it holds only while it needs one. */
export class LargeSlot implements Disposable {
  readonly #signal: AbortSignal;
  #held: Disposable | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Waits for a slot, unless it is held already. @throws The reason of the session's signal. */
  async take(): Promise<void> {
    this.#held ??= await slots.acquire(this.#signal);
  }

  /** Gives the slot to the next exchange that waits. */
  release(): void {
    this.#held?.[Symbol.dispose]();
    this.#held = undefined;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
