/**
 * One at a time for each key.
 *
 * @module
 */

/**
 * Locks by key, in the order they are asked for; keys that nobody holds cost nothing.
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

  /** Waits until nobody who asked before holds the key; disposing lets the next one have it. */
  async acquire(key: string): Promise<Disposable> {
    const before = this.#last.get(key);
    const { promise: done, resolve } = Promise.withResolvers<void>();
    this.#last.set(key, done);
    await before;
    return {
      [Symbol.dispose]: () => {
        if (this.#last.get(key) === done) this.#last.delete(key);
        resolve();
      },
    };
  }

  /** Keys that are held or waited for. */
  get size(): number {
    return this.#last.size;
  }
}
