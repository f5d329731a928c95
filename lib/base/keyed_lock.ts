/**
 * A lock for each key.
 *
 * @module
 */

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

  /** Locks a key, after all earlier requests for it. Disposing unlocks it. */
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

  /** The number of locked keys. */
  get size(): number {
    return this.#last.size;
  }
}
