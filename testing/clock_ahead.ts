/**
 * A clock that is ahead of the file system's.
 *
 * @module
 */

import { SETTLED_AFTER_MS } from "../lib/base/limits.ts";

/**
 * Sets this process's clock ahead until the result is disposed, so that files which were just written
 * count as old: a time of change cannot be set. Timers are not affected.
 *
 * @param ms Milliseconds; negative ones set it back.
 */
export function clockAhead(ms: number): Disposable {
  const real = Date.now;
  Date.now = () => real() + ms;
  return { [Symbol.dispose]: () => void (Date.now = real) };
}

/** Sets it ahead until files count as old, also those that are written meanwhile. */
export function settledClock(): Disposable {
  return clockAhead(2 * SETTLED_AFTER_MS);
}
