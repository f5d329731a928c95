/**
 * Turns of work that only one of the servers of a bucket does from time to time.
 *
 * @module
 */

import { hasCode } from "../base/errors.ts";
import type { Bucket } from "./bucket.ts";

/**
 * Takes the next turn, if no server has taken one for a while. Both times are those of the store.
 *
 * @param mark The name of the object that remembers the last turn.
 * @param everyMs Milliseconds between two turns.
 * @returns Whether it is this server's.
 * @throws What the store throws; the signal's reason.
 */
export async function takeTurn(
  bucket: Bucket,
  mark: string,
  everyMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const last = await bucket.find(mark, undefined, signal);
  if (last !== null && storeTime(last.headers) - last.facts.writtenMs < everyMs) return false;
  try {
    const condition = last === null ? { absent: true } as const : { etag: last.facts.etag };
    // Other content than before, so that its entity tag is another one.
    await bucket.put(mark, crypto.randomUUID(), { condition });
    return true;
  } catch (error) {
    if (hasCode(error, "conflict")) return false;
    throw error;
  }
}

/** When the store answered, in milliseconds since 1970. */
export function storeTime(headers: Headers): number {
  return Date.parse(headers.get("date") ?? "") || 0;
}
