/**
 * How often a first connection that fails is retried.
 *
 * @module
 */

import type { FtError } from "../../base/errors.ts";
import { DialError } from "../../net/dial_error.ts";
import { ClusterError } from "./cluster_error.ts";

/**
 * Returns the maximum of retries. A name without an address and a network that cannot be reached
 * are most likely mistakes, which no wait mends.
 *
 * @param whileRefused The maximum while the host refuses connections: its server may be starting.
 */
export function firstConnectionRetries(error: FtError, whileRefused: number): number {
  if (error instanceof ClusterError) {
    return Math.max(...error.errors.map((one) => firstConnectionRetries(one, whileRefused)));
  }
  if (!(error instanceof DialError)) return Infinity;
  return error.failure === "refused" ? whileRefused : 0;
}
