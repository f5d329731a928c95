/**
 * Several items worked on at once, never more than a given number.
 *
 * @module
 */

import { Semaphore } from "./semaphore.ts";

/**
 * Runs `work` on items, at most `width` at once. The first failure stops the rest: no further item
 * is started, and the call rejects once everything under way has ended. Items that were taken and
 * not started are disposed.
 *
 * @param width At least 1.
 * @param signal Checked before each item.
 * @throws The first failure, or the signal's reason.
 *
 * @example
 * ```ts
 * import { forEachBounded } from "./pipeline.ts";
 *
 * let sum = 0;
 * await forEachBounded([1, 2, 3], 2, (n) => {
 *   sum += n;
 *   return Promise.resolve();
 * });
 * if (sum !== 6) throw new Error();
 * ```
 */
export async function forEachBounded<T>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  const slots = new Semaphore(width);
  const failed = new AbortController();
  const running = new Set<Promise<unknown>>();
  const start = async (item: T): Promise<void> => {
    signal?.throwIfAborted();
    const slot = await slots.acquire(failed.signal);
    const done = work(item)
      .catch((error) => failed.abort(error))
      .finally(() => {
        slot[Symbol.dispose]();
        running.delete(done);
      });
    running.add(done);
  };
  try {
    for await (const item of items) {
      await start(item).catch((error) => {
        disposeIfPossible(item);
        throw error;
      });
    }
  } finally {
    await Promise.all(running);
  }
  failed.signal.throwIfAborted();
}

/**
 * Maps items, at most `width` at once, and yields the results in the order of the items. Results
 * that are not consumed are disposed.
 *
 * @param width At least 1.
 *
 * @example
 * ```ts
 * import { mapOrdered } from "./pipeline.ts";
 *
 * const doubled: number[] = [];
 * for await (const n of mapOrdered([1, 2, 3], 2, (n) => Promise.resolve(n * 2))) doubled.push(n);
 * if (doubled.join() !== "2,4,6") throw new Error();
 * ```
 */
export async function* mapOrdered<T, R>(
  items: Iterable<T>,
  width: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for (const item of items) {
      const result = map(item);
      // A result may fail before it is awaited below; that rejection is not unhandled.
      result.catch(() => {});
      running.push(result);
      if (running.length >= width) yield await running.shift()!;
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    for (const result of await Promise.allSettled(running)) {
      if (result.status === "fulfilled") disposeIfPossible(result.value);
    }
  }
}

function disposeIfPossible(value: unknown): void {
  if (typeof value === "object" && value !== null && Symbol.dispose in value) {
    (value as Disposable)[Symbol.dispose]();
  }
}
