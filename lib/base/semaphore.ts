/**
 * A limit on concurrency.
 *
 * @module
 */

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
  readonly #waiting: { grant: () => void }[] = [];

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
    else await this.#wait(signal);
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#release();
      },
    };
  }

  #wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal!.reason);
      };
      const waiter = {
        grant: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next.grant();
  }
}
