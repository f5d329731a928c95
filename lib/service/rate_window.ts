/**
 * The rate of recent events.
 *
 * @module
 */

/** Length of the window in whole seconds. */
const SECONDS = 10;
/** Shorter times are too short to divide by. */
const SHORTEST_MS = 250;

/** Sums amounts for each of the last ten seconds. */
export class RateWindow {
  readonly #buckets = new Float64Array(SECONDS + 1);
  readonly #now: () => number;
  readonly #startMs: number;
  #second: number;

  /** @param now Milliseconds of a monotonic clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startMs = now();
    this.#second = this.#current();
  }

  #current(): number {
    return Math.floor(this.#now() / 1000);
  }

  /** Clears the buckets of the seconds since the last call. */
  #turn(): void {
    const now = this.#current();
    const gone = Math.min(now - this.#second, this.#buckets.length);
    for (let i = 1; i <= gone; i++) this.#buckets[(this.#second + i) % this.#buckets.length] = 0;
    this.#second = now;
  }

  /** Adds an amount now. */
  add(amount: number): void {
    this.#turn();
    this.#buckets[this.#second % this.#buckets.length]! += amount;
  }

  /** The mean of the last ten complete seconds; the current one does not count. */
  get perSecond(): number {
    this.#turn();
    const running = this.#buckets[this.#second % this.#buckets.length]!;
    return Math.round((this.#buckets.reduce((sum, part) => sum + part, 0) - running) / SECONDS);
  }

  /** The mean since this window began, but at most of the last ten seconds and the current one. */
  get recent(): number {
    this.#turn();
    const now = this.#now();
    const windowMs = Math.min(now - this.#startMs, SECONDS * 1000 + now % 1000);
    const sum = this.#buckets.reduce((sum, part) => sum + part, 0);
    return Math.round(sum * 1000 / Math.max(windowMs, SHORTEST_MS));
  }
}
