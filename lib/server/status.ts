/**
 * The status of a running server.
 *
 * @module
 */

import type { Direction, TransferCounts } from "../service/transfer_counts.ts";

/** Transfers in one direction. */
export interface TransferStatus {
  /** Running now. */
  readonly running: number;
  /** Successful since the start. */
  readonly done: number;
  /** Failed since the start. */
  readonly failed: number;
  /** Content bytes transferred since the start. */
  readonly bytes: number;
  /** Content bytes per second over the last ten seconds. */
  readonly bytesPerSecond: number;
}

/** A server at one moment. */
export interface ServerStatus {
  /** The version of the program. */
  readonly version: string;
  /** The id of its process. */
  readonly pid: number;
  /** The start time, such as `2026-01-31T12:00:00.000Z`. */
  readonly startedAt: string;
  /** Listen URLs with the actual ports; that of HTTP is the last one. */
  readonly addresses: readonly string[];
  /** Whether it is stopping. */
  readonly draining: boolean;
  /** Connections. */
  readonly connections: {
    /** Open now. */
    readonly open: number;
    /** Accepted since the start. */
    readonly accepted: number;
    /** Refused since the start because there were too many. */
    readonly refused: number;
  };
  /** Transfers in each direction. */
  readonly transfers: { readonly get: TransferStatus; readonly put: TransferStatus };
  /** Occupied chat seats. */
  readonly seats: number;
  /** Lookups in the digest cache since the start. */
  readonly cache: { readonly hits: number; readonly misses: number };
  /** Refused requests since the start, by error code. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Faults that keep it from serving files, such as a lost root: it is unhealthy. */
  readonly faults: readonly string[];
  /** Conditions that need the operator's attention, such as an expired certificate. */
  readonly warnings: readonly string[];
  /** The certificate that TLS clients see; absent without a TLS listener. */
  readonly certificate?: {
    /** The path of its file. */
    readonly file: string;
    /** When it expires, such as `2026-01-31T12:00:00.000Z`. */
    readonly expiresAt: string;
  };
}

/** A lock that a client holds. */
export interface ServerLock {
  /** The path it covers, with everything below. */
  readonly path: string;
  /** The name of the holder; never an address. */
  readonly holder: string;
  /** The time until it expires, in milliseconds. */
  readonly leftMs: number;
  /** Present if others can have a lock on the same path. */
  readonly shared?: true;
}

/** The status of transfers. */
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
