/**
 * The server as admins see and operate it.
 *
 * @module
 */

import type { AuditEntry } from "../audit/audit_entry.ts";
import { FtError } from "../base/errors.ts";
import { MAX_OPERATOR_ROWS, MAX_RECENT_LINE_CHARS } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { textEvent } from "../base/log_text.ts";
import type { NumberedEvent, RecentLog } from "../base/recent_log.ts";
import type { Login } from "../dialects/dialect.ts";
import type { OpenTransfer, Operator, OperatorView, RecentLine } from "../dialects/operator.ts";
import type { RunningTransfer } from "../service/transfer_counts.ts";
import type { OpenConnections } from "./open_connections.ts";
import type { QuotaBoard } from "./quota_board.ts";
import type { ServerStatus } from "./status.ts";

/** The parts of a server that admins see and operate. */
export interface OperatedServer {
  readonly log: Logger;
  readonly recentLog?: RecentLog | undefined;
  readonly drainTimeoutMs: number;
  readonly quotas: QuotaBoard;
  readonly connections: OpenConnections;
  readonly transfers: Iterable<RunningTransfer>;
  status(): ServerStatus;
  /** Begins a drain, if none has begun. */
  beginDrain(): void;
  /** Records something in the audit log, if there is one. */
  record(entry: AuditEntry): void;
}

/** The user of a login, and the connection that it uses now. */
export interface OperatingUser {
  readonly login: Pick<Login, "user" | "isAdmin">;
  readonly remote: string;
  readonly dialect: string;
}

/** A server in the hands of a user. */
export class ServerOperator implements Operator {
  readonly #server: OperatedServer;
  readonly #by: OperatingUser;

  constructor(server: OperatedServer, by: OperatingUser) {
    this.#server = server;
    this.#by = by;
  }

  view(): OperatorView {
    this.#requireAdmin();
    const { quotas, connections, transfers, recentLog, drainTimeoutMs } = this.#server;
    const status = this.#server.status();
    const { version, startedAt, draining, faults, warnings } = status;
    return {
      ...{ version, startedAt, at: new Date().toISOString(), draining, drainTimeoutMs },
      ...{ faults, warnings },
      connectionCount: connections.size,
      totals: status.transfers,
      transfers: [...Iterator.from(transfers).take(MAX_OPERATOR_ROWS).map(openTransfer)],
      connections: connections.list(),
      quotas: quotas.list(),
      log: recentLog?.events.map(recentLine) ?? [],
    };
  }

  drain(): void {
    const { login: { user }, remote, dialect } = this.#by;
    const entry = { op: "drain", atMs: Date.now(), user, from: remote, door: dialect };
    try {
      this.#requireAdmin();
    } catch (error) {
      this.#server.record({ ...entry, result: "not_allowed" });
      throw error;
    }
    this.#server.record({ ...entry, result: "done" });
    this.#server.log.info("server.drain", { user, remote });
    this.#server.beginDrain();
  }

  /** @throws `not_allowed`. */
  #requireAdmin(): void {
    if (this.#by.login.isAdmin()) return;
    const message = "not allowed: only admins operate the server";
    throw new FtError("not_allowed", message, { kind: "permission" });
  }
}

function openTransfer(transfer: RunningTransfer): OpenTransfer {
  const { number, op, name, bytes, bytesDone: done, by, startedAt, rate } = transfer;
  const bytesPerSecond = rate.recent;
  const left = bytes === undefined ? undefined : Math.max(0, bytes - done);
  const leftMs = left === undefined || bytesPerSecond === 0
    ? undefined
    : Math.round(left * 1000 / bytesPerSecond);
  const { user, remote, dialect } = by;
  return {
    ...{ number, op, name, user, remote, dialect, bytes, done, bytesPerSecond, leftMs },
    startedAt: startedAt.toISOString(),
  };
}

function recentLine(event: NumberedEvent): RecentLine {
  const text = textEvent(event);
  const isLong = text.length > MAX_RECENT_LINE_CHARS;
  const shown = isLong ? `${text.slice(0, MAX_RECENT_LINE_CHARS)}…` : text;
  const { number, at, level } = event;
  return { number, at: at.toISOString(), level, text: shown.toWellFormed() };
}
