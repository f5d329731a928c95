/**
 * A lock for each key.
 *
 * @module
 */

import { raceSignal } from "./signals.ts";

/**
 * Locks that are granted in the order of requests. Keys that are not locked use no memory.
 *
 * @example
 * ```ts
 * import { KeyedLock } from "./keyed_lock.ts";
 *
 * const locks = new KeyedLock();
 * {
 *   using _held = await locks.acquire("a");
 * }
 * ```
 */
export class KeyedLock {
  readonly #last = new Map<string, Promise<void>>();

  /**
   * Locks a key, after all earlier requests for it. Disposing unlocks it.
   *
   * @throws The signal's reason if it is aborted first.
   */
  async acquire(key: string, signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    const before = this.#last.get(key);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    this.#last.set(key, done);
    const unlock = () => {
      if (this.#last.get(key) === done) this.#last.delete(key);
      resolve();
    };
    try {
      if (before !== undefined) await raceSignal(before, signal);
    } catch (error) {
      // The next request still has to wait for the earlier ones.
      void before?.then(unlock);
      throw error;
    }
    return { [Symbol.dispose]: unlock };
  }

  /** The number of locked keys. */
  get size(): number {
    return this.#last.size;
  }
}
