/**
 * A limit on concurrency.
 *
 * @module
 */

import { type Waiter, waitIn } from "./wait_queue.ts";

/**
 * Grants a fixed number of permits; further callers wait in order.
 *
 * @example
 * ```ts
 * import { Semaphore } from "./semaphore.ts";
 *
 * const slots = new Semaphore(2);
 * {
 *   using _slot = await slots.acquire();
 * }
 * ```
 */
export class Semaphore {
  #free: number;
  readonly #waiting: Waiter[] = [];

  /** @param permits The number of permits. */
  constructor(permits: number) {
    this.#free = permits;
  }

  /**
   * Waits for a permit. Disposing it more than once has no further effect.
   *
   * @throws The signal's reason if it is aborted first.
   */
  async acquire(signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await waitIn(this.#waiting, signal);
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#release();
      },
    };
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next.grant();
  }
}
