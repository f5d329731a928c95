/**
 * What a running server tells of itself.
 *
 * @module
 */

import type { Direction, TransferCounts } from "../service/transfer_counts.ts";

/** Transfers one way. */
export interface TransferStatus {
  /** Under way. */
  readonly running: number;
  /** Ended well since the start. */
  readonly done: number;
  /** Ended otherwise since the start. */
  readonly failed: number;
  /** Content bytes that moved since the start. */
  readonly bytes: number;
  /** Content bytes a second over the last ten seconds. */
  readonly bytesPerSecond: number;
}

/** A server at one moment. Counts are since its start. */
export interface ServerStatus {
  /** Of the program. */
  readonly version: string;
  /** Its process. */
  readonly pid: number;
  /** As in `2026-01-31T12:00:00.000Z`. */
  readonly startedAt: string;
  /** Listen URLs with the ports that were taken. */
  readonly addresses: readonly string[];
  /** Whether it is stopping. */
  readonly draining: boolean;
  /** Connections now and so far. */
  readonly connections: {
    readonly open: number;
    /** Let in since the start. */
    readonly accepted: number;
    /** Turned away since the start: too many. */
    readonly refused: number;
  };
  /** Transfers each way. */
  readonly transfers: { readonly get: TransferStatus; readonly put: TransferStatus };
  /** Chat seats that are taken. */
  readonly seats: number;
  /** Lookups in the digest cache. */
  readonly cache: { readonly hits: number; readonly misses: number };
  /** Requests that were refused, by error code. */
  readonly refusals: Readonly<Record<string, number>>;
}

/** The transfers' part. */
export function transferStatus(counts: TransferCounts): Record<Direction, TransferStatus> {
  const one = (op: Direction): TransferStatus => ({
    running: counts.running[op],
    done: counts.done[op],
    failed: counts.failed[op],
    bytes: counts.bytes[op],
    bytesPerSecond: counts.rate[op].perSecond,
  });
  return { get: one("get"), put: one("put") };
}
