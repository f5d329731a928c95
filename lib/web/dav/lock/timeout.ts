/**
 * The `Timeout` field of `LOCK` (RFC 4918, 10.7).
 *
 * @module
 */

import { MAX_LEASE_TTL_MS } from "../../../base/limits.ts";

/**
 * Reads the first of the times that a client would like.
 *
 * @returns Milliseconds, at most {@linkcode MAX_LEASE_TTL_MS}, which also stands for an endless time,
 *   and for none that can be understood.
 */
export function timeoutOf(headers: Headers): number {
  for (const wish of headers.get("timeout")?.split(",") ?? []) {
    if (/^\s*infinite\s*$/i.test(wish)) break;
    const [, seconds] = /^\s*second-(\d{1,15})\s*$/i.exec(wish) ?? [];
    if (seconds === undefined) continue;
    return Math.min(Math.max(Number(seconds), 1) * 1000, MAX_LEASE_TTL_MS);
  }
  return MAX_LEASE_TTL_MS;
}

/** Formats a time as the element of XML has it. */
export function formatTimeout(ms: number): string {
  return `Second-${Math.ceil(ms / 1000)}`;
}
