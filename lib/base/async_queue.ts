/**
 * A queue between a producer that does not wait and a consumer that iterates.
 *
 * @module
 */

/**
 * Buffers items until they are consumed. The queue itself is unbounded: its owner must limit what is
 * pushed, for example by a flow control window.
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

  /** The number of buffered items. */
  get size(): number {
    return this.#items.length;
  }

  /** Adds an item. @returns `false` if the queue has ended and the item was discarded. */
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

  /** Ends the queue after the items already buffered. */
  close(): void {
    this.#finish({});
  }

  /** Ends the queue with an error, thrown after the items already buffered. */
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

  /** Returns the next item, waiting for it. Only one call may be pending. */
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

  /** Returns the buffered items without waiting. */
  buffered(): T[] {
    return this.#items.splice(0);
  }

  /** Ends the queue and returns the buffered items. */
  drain(): T[] {
    this.close();
    return this.buffered();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
