/**
 * Equal work that is done once for all its callers.
 *
 * @module
 */

import { FtError } from "./errors.ts";
import { raceSignal } from "./signals.ts";

interface Running<T> {
  readonly result: Promise<T>;
  readonly stopped: AbortController;
  /** The keys of the waiting callers, in the order of their arrival. */
  readonly waiting: Set<{ readonly key: string }>;
}

/**
 * Does work for a task.
 *
 * @param signal Aborted when nobody waits for the result any more.
 * @param forWhom Returns the key of the caller that has been waiting longest.
 */
export type Work<T> = (signal: AbortSignal, forWhom: () => string) => Promise<T>;

/**
 * Runs a task once, however many callers wait for its result; it stops when the last of them leaves.
 *
 * @example
 * ```ts
 * import { SharedWork } from "./shared_work.ts";
 *
 * const sums = new SharedWork<number>();
 * let runs = 0;
 * const add = () => Promise.resolve(++runs);
 * await Promise.all([sums.run("a", "ana", add), sums.run("a", "bo", add)]);
 * if (runs !== 1) throw new Error();
 * ```
 */
export class SharedWork<T> {
  readonly #running = new Map<string, Running<T>>();

  /** The number of running tasks. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * Returns the result of a task. If it is not running yet, it starts.
   *
   * @param task Identifies the task.
   * @param key Identifies the caller.
   * @throws What the work throws; the signal's reason if it is aborted first.
   */
  async run(task: string, key: string, work: Work<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const waiter = { key };
    const running = this.#running.get(task) ?? this.#start(task, key, work);
    running.waiting.add(waiter);
    try {
      return await raceSignal(running.result, signal);
    } finally {
      running.waiting.delete(waiter);
      if (running.waiting.size === 0) this.#stop(task, running);
    }
  }

  #start(task: string, key: string, work: Work<T>): Running<T> {
    const stopped = new AbortController();
    const waiting = new Set<{ readonly key: string }>();
    const forWhom = () => waiting.values().next().value?.key ?? key;
    const running = { result: work(stopped.signal, forWhom), stopped, waiting };
    running.result.catch(() => {}).finally(() => this.#stop(task, running));
    this.#running.set(task, running);
    return running;
  }

  #stop(task: string, running: Running<T>): void {
    if (this.#running.get(task) === running) this.#running.delete(task);
    running.stopped.abort(new FtError("interrupted", "nobody waits for it"));
  }
}
