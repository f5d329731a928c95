/**
 * The blocks of one download, shared by its lanes. Each lane reads a run of them; one that has none
 * left takes half of the longest run, so that a run needs few requests.
 *
 * @module
 */

import { MIN_RUN_BLOCKS } from "../../../base/limits.ts";

/** Consecutive places in the list of blocks, `[next, end)`, that one lane reads. */
export interface Run {
  /** The place of the first block that was not received. */
  next: number;
  /** One past the last place; it falls when another lane takes the rest. */
  end: number;
  /** Called when `end` has fallen. */
  onCut: () => void;
}

/** Hands out the places of a list of blocks. */
export class SharedBlocks {
  /** Whether the block at a place has arrived. */
  readonly #arrived: Uint8Array;
  readonly #runs = new Set<Run>();
  #free: { start: number; end: number }[] = [];
  #left: number;
  #changed = Promise.withResolvers<void>();
  readonly #complete = new AbortController();

  constructor(count: number) {
    this.#arrived = new Uint8Array(count);
    this.#left = count;
    this.#free.push({ start: 0, end: count });
  }

  /** How many blocks have not arrived. */
  get left(): number {
    return this.#left;
  }

  /** Aborts when all blocks have arrived. */
  get complete(): AbortSignal {
    return this.#complete.signal;
  }

  /** Returns the next run to read, once there is one; `undefined` when all blocks have arrived. */
  async next(signal: AbortSignal): Promise<Run | undefined> {
    while (this.#left > 0 && !signal.aborted) {
      const run = this.take();
      if (run !== undefined) return run;
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => resolve(), { once: true });
      await Promise.race([this.#changed.promise, promise]);
    }
    return undefined;
  }

  /** Returns a run to read, if there is one. */
  take(): Run | undefined {
    const free = this.#free.shift() ?? this.#half();
    if (free === undefined) return undefined;
    const run = { next: free.start, end: free.end, onCut: () => {} };
    this.#runs.add(run);
    return run;
  }

  /** Takes the second half of the longest run. */
  #half(): { start: number; end: number } | undefined {
    const [longest] = [...this.#runs].sort((a, b) => rest(b) - rest(a));
    if (longest === undefined || rest(longest) < 2 * MIN_RUN_BLOCKS) return undefined;
    const { end } = longest;
    const start = longest.next + Math.ceil(rest(longest) / 2);
    this.cut(longest, start);
    return { start, end };
  }

  /** Ends a run earlier, without giving its rest to anyone. */
  cut(run: Run, end: number): void {
    if (end >= run.end) return;
    run.end = end;
    run.onCut();
  }

  /** Ends a run some blocks after its next one, and gives the rest to others. */
  giveUp(run: Run, ahead = 0): void {
    const { end } = run;
    this.cut(run, run.next + ahead);
    this.#release(run.end, end);
  }

  /** Notes that the block at a place has arrived. @returns Whether it is the first time. */
  arrived(place: number): boolean {
    if (this.#arrived[place] === 1) return false;
    this.#arrived[place] = 1;
    if (--this.#left === 0) {
      this.#notify();
      this.#complete.abort();
    }
    return true;
  }

  /** Ends a run, from its first place on; blocks that did not arrive are for others. */
  finish(run: Run, start: number): void {
    if (this.#runs.delete(run)) this.#release(start, run.end);
  }

  #release(start: number, end: number): void {
    for (let at = start; at < end; at++) {
      if (this.#arrived[at] === 1) continue;
      const from = at;
      while (at < end && this.#arrived[at] === 0) at++;
      this.#free.push({ start: from, end: at });
    }
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function rest({ next, end }: Run): number {
  return end - next;
}
