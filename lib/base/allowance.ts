/**
 * How much one may do: a burst, then a rate.
 *
 * @module
 */

import { FtError } from "./errors.ts";

/** A burst, then a rate. */
export interface AllowanceSize {
  /** How many at once, after a pause. */
  readonly burst: number;
  readonly perSecond: number;
  /** What is counted, for messages: `requests`. */
  readonly what: string;
}

/** Counts what one peer does. */
export class Allowance {
  readonly #size: AllowanceSize;
  #left: number;
  #atMs = 0;

  constructor(size: AllowanceSize) {
    this.#size = size;
    this.#left = size.burst;
  }

  /**
   * Takes one off.
   *
   * @param nowMs Milliseconds of a clock that does not go back.
   * @throws `limit`, with the milliseconds after which the next one may come.
   *
   * @example
   * ```ts
   * import { Allowance } from "./allowance.ts";
   *
   * new Allowance({ burst: 1, perSecond: 1, what: "requests" }).take(0);
   * ```
   */
  take(nowMs: number): void {
    const { burst, perSecond, what } = this.#size;
    const gained = Math.max(0, nowMs - this.#atMs) * perSecond / 1000;
    this.#left = Math.min(burst, this.#left + gained);
    this.#atMs = Math.max(nowMs, this.#atMs);
    if (this.#left < 1) {
      const retryAfterMs = Math.ceil((1 - this.#left) * 1000 / perSecond);
      throw new FtError("limit", `more than ${perSecond} ${what} a second`, {
        retryable: true,
        retryAfterMs,
      });
    }
    this.#left--;
  }
}
