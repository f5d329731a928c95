/**
 * Requests that have to wait while the nodes of NATS elect a leader.
 *
 * @module
 */

import { BUS_ELECTION_MS, BUS_RECONNECT_MS, BUS_TIMEOUT_MS } from "../base/limits.ts";
import { delay } from "../base/signals.ts";
import { busErrorCode } from "./bus_error.ts";

/** JetStream's code while it has no leader. */
const NO_LEADER = 10008;

/**
 * Sends a request again while nobody took it, for {@linkcode BUS_TIMEOUT_MS}. One that may have been
 * taken is not repeated.
 *
 * @throws The error of the last attempt.
 */
export function awaitLeader<T>(request: () => Promise<T>): Promise<T> {
  return again(request, BUS_TIMEOUT_MS, wasNotTaken);
}

/**
 * Sends a request that may be repeated again while there is no leader that could answer it, for
 * {@linkcode BUS_ELECTION_MS}.
 *
 * @throws The error of the last attempt.
 */
export function awaitElection<T>(request: () => Promise<T>): Promise<T> {
  const isElecting = (error: unknown) => wasNotTaken(error) || nameOf(error) === "TimeoutError";
  return again(request, BUS_ELECTION_MS, isElecting);
}

async function again<T>(
  request: () => Promise<T>,
  forMs: number,
  worthwhile: (error: unknown) => boolean,
): Promise<T> {
  const untilMs = performance.now() + forMs;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!worthwhile(error) || performance.now() > untilMs) throw error;
    }
    await delay(BUS_RECONNECT_MS);
  }
}

/** Nobody responds at a node that does not know yet where a new stream, or a new leader, is. */
function wasNotTaken(error: unknown): boolean {
  return nameOf(error) === "JetStreamNotEnabled" || busErrorCode(error) === NO_LEADER;
}

const nameOf = (error: unknown) => error instanceof Error ? error.name : "";
