/**
 * The clock of the bus: times on which the servers of a cluster agree, regardless of their own clocks.
 *
 * @module
 */

import type { Bucket } from "./bucket.ts";

/**
 * Reads the clock of the bus.
 *
 * @returns Milliseconds since 1970 by that clock, which goes on without jumps.
 * @throws `network`.
 */
export async function busClock(bucket: Bucket): Promise<() => number> {
  const key = `clock-${crypto.randomUUID()}`;
  const sentMs = performance.now();
  await bucket.put(key, "");
  const storedMs = (sentMs + performance.now()) / 2;
  const entry = await bucket.get(key);
  await bucket.remove(key);
  const aheadMs = (entry?.atMs ?? Date.now()) - storedMs;
  return () => performance.now() + aheadMs;
}
