/**
 * How a retry is reported.
 *
 * @module
 */

import type { RetryAttempt } from "../../base/retry.ts";
import { localClock } from "../format/times.ts";

/** The line for a retry: its reason, its number and its time. */
export function retryText({ attempt, of, atMs, error }: RetryAttempt, nowMs: number): string {
  const seconds = Math.max(0, Math.round((atMs - nowMs) / 1000));
  return `${error.message}; retry ${attempt} of ${of} at ${localClock(atMs)} (in ${seconds} s)`;
}
