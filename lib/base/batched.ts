/**
 * Items that arrive in batches. Passing on each item by itself costs every layer of a long listing
 * several promises.
 *
 * @module
 */

/**
 * Items that can be consumed one by one, or in the batches in which they arrive; either once.
 *
 * @example
 * ```ts
 * import { Batched } from "./batched.ts";
 *
 * async function* pairs() {
 *   yield [1, 2];
 *   yield [3, 4];
 * }
 * const items = await Array.fromAsync(new Batched(pairs()));
 * if (items.join() !== "1,2,3,4") throw new Error(items.join());
 * ```
 */
export class Batched<T> implements AsyncIterable<T> {
  /** The batches, some of which can be empty. */
  readonly batches: AsyncIterable<readonly T[]>;

  constructor(batches: AsyncIterable<readonly T[]>) {
    this.batches = batches;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for await (const batch of this.batches) {
      for (const item of batch) yield item;
    }
  }
}

/** Returns the batches of items; of others than {@linkcode Batched}, each item is one. */
export function batchesOf<T>(items: AsyncIterable<T>): AsyncIterable<readonly T[]> {
  return items instanceof Batched ? items.batches : alone(items);
}

async function* alone<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  for await (const item of items) yield [item];
}
