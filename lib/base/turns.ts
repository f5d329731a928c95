/**
 * Turns for long work on the event loop.
 *
 * @module
 */

import { Semaphore } from "./semaphore.ts";
import { delay } from "./signals.ts";

/**
 * Divides long work into pieces, so that everything else on the event loop gets its turn in between,
 * however many such tasks run.
 *
 * @example
 * ```ts
 * import { Turns } from "./turns.ts";
 *
 * const turns = new Turns(512);
 * for (let i = 0; i < 1000; i++) await turns.take(1);
 * ```
 */
export class Turns {
  readonly #steps: number;
  readonly #order = new Semaphore(1);
  #taken = 0;

  /** @param steps The steps that all tasks together take before the event loop gets a turn. */
  constructor(steps: number) {
    this.#steps = steps;
  }

  /**
   * Waits until it is this task's turn.
   *
   * @param steps The number of steps that follow.
   * @throws The signal's reason if it is aborted first.
   */
  async take(steps: number, signal?: AbortSignal): Promise<void> {
    using _order = await this.#order.acquire(signal);
    this.#taken += steps;
    if (this.#taken < this.#steps) return;
    this.#taken = 0;
    await delay(0, signal);
  }
}
