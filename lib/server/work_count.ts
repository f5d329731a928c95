/**
 * Counts requests under way, so that a drain can wait for them.
 *
 * @module
 */

import { MAX_DELAY_MS, within } from "../base/signals.ts";

/** Counts requests under way. */
export class WorkCount {
  #count = 0;
  #idle = Promise.withResolvers<void>();

  /** Counts a request until the result is disposed. */
  begin(): Disposable {
    if (this.#count++ === 0) this.#idle = Promise.withResolvers<void>();
    return { [Symbol.dispose]: () => this.#end() };
  }

  #end(): void {
    if (--this.#count === 0) this.#idle.resolve();
  }

  /** Waits until no request is under way, but at most `timeoutMs` milliseconds. */
  async idle(timeoutMs: number): Promise<void> {
    if (this.#count > 0) await within(this.#idle.promise, Math.min(timeoutMs, MAX_DELAY_MS));
  }
}
