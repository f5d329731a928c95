/**
 * How much one may say: a burst, then a rate.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { MESSAGE_BURST, MESSAGES_PER_SECOND } from "../base/limits.ts";

/** Counts what one speaker says. */
export class Allowance {
  #left = MESSAGE_BURST;
  #atMs = 0;

  /**
   * Takes one message off.
   *
   * @param nowMs Milliseconds of a clock that does not go back.
   * @throws `limit`, with the milliseconds after which the next one may be said.
   *
   * @example
   * ```ts
   * import { Allowance } from "./allowance.ts";
   *
   * new Allowance().take(0);
   * ```
   */
  take(nowMs: number): void {
    const gained = Math.max(0, nowMs - this.#atMs) * MESSAGES_PER_SECOND / 1000;
    this.#left = Math.min(MESSAGE_BURST, this.#left + gained);
    this.#atMs = Math.max(nowMs, this.#atMs);
    if (this.#left < 1) {
      const retryAfterMs = Math.ceil((1 - this.#left) * 1000 / MESSAGES_PER_SECOND);
      throw new FtError("limit", `more than ${MESSAGES_PER_SECOND} messages a second`, {
        retryable: true,
        retryAfterMs,
      });
    }
    this.#left--;
  }
}
