/**
 * A queue between one who adds without waiting and one who iterates.
 *
 * @module
 */

/**
 * Holds items until they are asked for. Its bound is its owner's: add only what a window allows.
 *
 * @example
 * ```ts
 * import { AsyncQueue } from "./async_queue.ts";
 *
 * const queue = new AsyncQueue<number>();
 * queue.push(1);
 * queue.close();
 * for await (const n of queue) if (n !== 1) throw new Error();
 * ```
 */
export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  readonly #items: T[] = [];
  #waiting: { resolve(r: IteratorResult<T>): void; reject(e: unknown): void } | undefined;
  #end: { error?: unknown } | undefined;

  /** How many wait to be taken. */
  get size(): number {
    return this.#items.length;
  }

  /** Adds an item; after the end it is dropped. @returns whether it was added. */
  push(item: T): boolean {
    if (this.#end !== undefined) return false;
    const waiting = this.#waiting;
    if (waiting === undefined) this.#items.push(item);
    else {
      this.#waiting = undefined;
      waiting.resolve({ value: item, done: false });
    }
    return true;
  }

  /** Ends it: what is queued is still given, then it is done. */
  close(): void {
    this.#finish({});
  }

  /** Ends it: what is queued is still given, then `error` is thrown. */
  fail(error: unknown): void {
    this.#finish({ error });
  }

  #finish(end: { error?: unknown }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    if ("error" in end) waiting.reject(end.error);
    else waiting.resolve({ value: undefined, done: true });
  }

  /** The next item. One caller at a time. */
  next(): Promise<IteratorResult<T>> {
    if (this.#items.length > 0) {
      return Promise.resolve({ value: this.#items.shift()!, done: false });
    }
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => this.#waiting = { resolve, reject });
    }
    if ("error" in this.#end) return Promise.reject(this.#end.error);
    return Promise.resolve({ value: undefined, done: true });
  }

  /** Takes everything that is queued and ends it. */
  drain(): T[] {
    this.close();
    return this.#items.splice(0);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
