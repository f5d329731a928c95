/**
 * How a retry is reported.
 *
 * @module
 */

import type { RetryAttempt } from "../../base/retry.ts";

/** The line for a retry: its reason, its time and its number. */
export function retryText({ attempt, of, atMs, error }: RetryAttempt, nowMs: number): string {
  const seconds = Math.max(0, Math.round((atMs - nowMs) / 1000));
  return `${error.message}; trying again in ${seconds} s (retry ${attempt} of ${of})`;
}
