/**
 * A server at one moment, as the operator's view gets it.
 *
 * @module
 */

/** A transfer under way. */
export interface OpenTransfer {
  readonly number: number;
  readonly op: "get" | "put";
  readonly name: string;
  readonly user: string;
  readonly remote: string;
  readonly dialect: string;
  /** Size in bytes. @default it is not known */
  readonly bytes?: number;
  /** Bytes that are in place. */
  readonly done: number;
  readonly bytesPerSecond: number;
  /** Milliseconds until its end. @default it cannot be known */
  readonly leftMs?: number;
  readonly startedAt: string;
}

/** An open connection. */
export interface OpenConnection {
  readonly number: number;
  readonly remote: string;
  readonly encrypted: boolean;
  readonly dialect?: string;
  readonly user?: string;
  readonly openedAt: string;
}

/** The use of a quota. */
export interface QuotaUsage {
  /** The number of its rule. */
  readonly rule: number;
  readonly path: string;
  readonly subject: string;
  /** The limit in bytes. */
  readonly bytes: number;
  /** Bytes below the folder. @default they are being counted */
  readonly used?: number;
}

/** A line of the log. */
export interface RecentLine {
  readonly number: number;
  readonly at: string;
  readonly level: "debug" | "info" | "warning" | "error";
  readonly text: string;
}

/** The transfers in one direction. */
export interface TransferTotals {
  readonly running: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
}

/** A server at one moment. */
export interface View {
  readonly version: string;
  readonly startedAt: string;
  readonly at: string;
  readonly draining: boolean;
  readonly drainTimeoutMs: number;
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
  readonly connectionCount: number;
  readonly totals: { readonly get: TransferTotals; readonly put: TransferTotals };
  readonly transfers: readonly OpenTransfer[];
  readonly connections: readonly OpenConnection[];
  readonly quotas: readonly QuotaUsage[];
  /** The oldest first. */
  readonly log: readonly RecentLine[];
}

/** The percentage of a whole that a part is, at most 100; `undefined` if there is no whole. */
export function percentOf(part: number, whole: number | undefined): number | undefined {
  if (whole === undefined) return undefined;
  return whole === 0 ? 100 : Math.min(100, Math.floor(part * 100 / whole));
}
