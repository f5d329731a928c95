/**
 * The server as its admins see and operate it through a dialect.
 *
 * @module
 */

import type { LogLevel } from "../base/log.ts";

/** A transfer under way. */
export interface OpenTransfer {
  /** Its number since the start of the server. */
  readonly number: number;
  readonly op: "get" | "put";
  /** The path. */
  readonly name: string;
  readonly user: string;
  /** The peer's address and port. */
  readonly remote: string;
  readonly dialect: string;
  /** Size in bytes of the content that is transferred. @default it is not known */
  readonly bytes?: number | undefined;
  /** Bytes that are in place. */
  readonly done: number;
  /** Content bytes per second over the last ten seconds, or since the start. */
  readonly bytesPerSecond: number;
  /** Milliseconds until its end at this rate. @default it cannot be known */
  readonly leftMs?: number | undefined;
  /** The start time, such as `2026-01-31T12:00:00.000Z`. */
  readonly startedAt: string;
}

/** An open connection. */
export interface OpenConnection {
  /** Its number since the start of the server. */
  readonly number: number;
  /** The peer's address and port. */
  readonly remote: string;
  readonly encrypted: boolean;
  /** @default it has sent too little to know */
  readonly dialect?: string | undefined;
  /** The last user that logged in over it. @default nobody has */
  readonly user?: string | undefined;
  /** When it was accepted, such as `2026-01-31T12:00:00.000Z`. */
  readonly openedAt: string;
}

/** The use of a quota. */
export interface QuotaUsage {
  /** The number of its rule. */
  readonly rule: number;
  /** The folder; `"."` is everything. */
  readonly path: string;
  /** The user for whom it holds, `anonymous`, or `*`. */
  readonly subject: string;
  /** The limit in bytes. */
  readonly bytes: number;
  /** Bytes below the folder. @default they are being counted */
  readonly used?: number | undefined;
}

/** A line of the log. */
export interface RecentLine {
  /** Its number since the start of the program. */
  readonly number: number;
  /** The time, such as `2026-01-31T12:00:00.000Z`. */
  readonly at: string;
  readonly level: LogLevel;
  /** The event and its fields, without secrets and control characters. */
  readonly text: string;
}

/** The transfers in one direction. */
export interface TransferTotals {
  /** Running now. */
  readonly running: number;
  /** Content bytes since the start. */
  readonly bytes: number;
  /** Content bytes per second over the last ten seconds. */
  readonly bytesPerSecond: number;
}

/** A server at one moment. */
export interface OperatorView {
  /** The version of the program. */
  readonly version: string;
  /** When the server was started, such as `2026-01-31T12:00:00.000Z`. */
  readonly startedAt: string;
  /** The time of this view. */
  readonly at: string;
  /** Whether it is stopping. */
  readonly draining: boolean;
  /** Milliseconds that running requests get when it stops. */
  readonly drainTimeoutMs: number;
  /** Faults that keep it from serving files. */
  readonly faults: readonly string[];
  /** Conditions that need attention. */
  readonly warnings: readonly string[];
  /** The number of open connections. */
  readonly connectionCount: number;
  /** Totals in each direction. */
  readonly totals: { readonly get: TransferTotals; readonly put: TransferTotals };
  /** Transfers under way, the oldest first. */
  readonly transfers: readonly OpenTransfer[];
  /** Open connections, the oldest first. */
  readonly connections: readonly OpenConnection[];
  readonly quotas: readonly QuotaUsage[];
  /** The last lines of the log, the oldest first. */
  readonly log: readonly RecentLine[];
}

/** A server that a user may operate, if that is an admin. The rights are looked at in each call. */
export interface Operator {
  /** Returns the server as it is now. @throws `not_allowed`. */
  view(): OperatorView;
  /** Begins to drain the server, as a signal or the console does. @throws `not_allowed`. */
  drain(): void;
}
