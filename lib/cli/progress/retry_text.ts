/**
 * How a retry is told.
 *
 * @module
 */

import type { TransferEvent } from "../../client/remote/transfer_events.ts";

/** The line for a retry: why, which, and when. */
export function retryText(event: TransferEvent & { kind: "retry" }, nowMs: number): string {
  const seconds = Math.max(0, Math.round((event.atMs - nowMs) / 1000));
  const at = new Date(event.atMs);
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((n) => String(n).padStart(2, "0")).join(":");
  return `${event.error.message}; retry ${event.attempt} of ${event.of} at ${clock} (in ${seconds} s)`;
}
