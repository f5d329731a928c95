/**
 * How a retry is told.
 *
 * @module
 */

import type { RetryAttempt } from "../../base/retry.ts";

/** The line for a retry: why, which, and when. */
export function retryText({ attempt, of, atMs, error }: RetryAttempt, nowMs: number): string {
  const seconds = Math.max(0, Math.round((atMs - nowMs) / 1000));
  const at = new Date(atMs);
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((n) => String(n).padStart(2, "0")).join(":");
  return `${error.message}; retry ${attempt} of ${of} at ${clock} (in ${seconds} s)`;
}
