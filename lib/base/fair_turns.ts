/**
 * A limit on concurrency that is fair to all users.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { type Waiter, waitIn } from "./wait_queue.ts";

/** Options of {@linkcode FairTurns}. */
export interface FairTurnsOptions {
  /** Turns of one key at a time. @default all of them */
  readonly share?: number;
  /** Turns before the event loop gets its own. @default as many as there are at a time */
  readonly inARow?: number;
}

/**
 * Grants a fixed number of turns at a time, round-robin by key, however many requests a key has waiting.
 * In between, the event loop gets its turns.
 *
 * @example
 * ```ts
 * import { FairTurns } from "./fair_turns.ts";
 *
 * const turns = new FairTurns(2);
 * {
 *   using _turn = await turns.take("ana");
 * }
 * ```
 */
export class FairTurns {
  readonly #inARow: number;
  readonly #share: number;
  /** Running turns by key. */
  readonly #running = new Map<string, number>();
  /** Keys in the order of their turns; a key that was served goes to the end. */
  readonly #queues = new Map<string, Waiter[]>();
  #free: number;
  #ended = 0;
  #pausing = false;

  /** @param width Turns at a time. */
  constructor(width: number, { share = width, inARow = width }: FairTurnsOptions = {}) {
    this.#inARow = inARow;
    this.#share = share;
    this.#free = width;
  }

  /**
   * Waits for a turn, which lasts until the result is disposed.
   *
   * @param key Identifies the user or host; all keys get the same share.
   * @throws The signal's reason if it is aborted first.
   */
  async take(key: string, signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    if (this.#free > 0 && !this.#pausing && this.#mayRun(key)) this.#begin(key);
    else await this.#wait(key, signal);
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#end(key);
      },
    };
  }

  #mayRun(key: string): boolean {
    return (this.#running.get(key) ?? 0) < this.#share;
  }

  #begin(key: string): void {
    this.#free--;
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1);
  }

  #wait(key: string, signal?: AbortSignal): Promise<void> {
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue);
    return waitIn(queue, signal, () => {
      if (queue.length === 0) this.#queues.delete(key);
    });
  }

  #end(key: string): void {
    const left = this.#running.get(key)! - 1;
    if (left === 0) this.#running.delete(key);
    else this.#running.set(key, left);
    this.#free++;
    this.#ended++;
    if (this.#pausing) return;
    if (this.#ended % this.#inARow > 0) return this.#grant();
    this.#pausing = true;
    setImmediate(() => {
      this.#pausing = false;
      this.#grant();
    });
  }

  #grant(): void {
    while (this.#free > 0) {
      const next = this.#queues.entries().find(([key]) => this.#mayRun(key));
      if (next === undefined) return;
      const [key, queue] = next;
      this.#queues.delete(key);
      this.#begin(key);
      queue.shift()!.grant();
      if (queue.length > 0) this.#queues.set(key, queue);
    }
  }
}
