/**
 * Work on several items at once, results in order.
 *
 * @module
 */

/**
 * Maps items with up to `width` of them under way, giving results in the items' order. Results
 * that were made and not taken when the consumer stops are disposed.
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
      // It is awaited in its turn; failing before that must not count as unhandled.
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
