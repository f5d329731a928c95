/**
 * Options of a server.
 *
 * @module
 */

import {
  DRAIN_TIMEOUT_MS,
  HANDSHAKE_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_HOST,
} from "../base/limits.ts";
import type { RecentLog } from "../base/recent_log.ts";
import type { OwnListener } from "../dialects/dialect.ts";
import type { TlsFiles } from "../net/tls_identity.ts";
import type { ServiceOptions } from "./services.ts";

/** Limits of a server; docs/LIMITS.md explains each. */
export interface ServerTuning {
  /** Connections at once. @default {MAX_CONNECTIONS} */
  readonly maxConnections?: number;
  /** Connections at once from one host. @default {MAX_CONNECTIONS_PER_HOST} */
  readonly maxConnectionsPerHost?: number;
  /** Bytes per second in each direction, for each connection; 0 means no limit. @default {0} */
  readonly maxRate?: number;
  /** Milliseconds a client has to complete its handshake. @default {HANDSHAKE_TIMEOUT_MS} */
  readonly handshakeTimeoutMs?: number;
  /** Milliseconds after which an idle client is disconnected. @default {IDLE_TIMEOUT_MS} */
  readonly idleTimeoutMs?: number;
  /** Milliseconds that running requests get when the server stops. @default {DRAIN_TIMEOUT_MS} */
  readonly drainTimeoutMs?: number;
}

/** Options of `startServer`. */
export interface ServerOptions extends ServiceOptions, ServerTuning {
  /** Listen URLs. */
  readonly listen: readonly string[];
  /** The last events of the log, which admins can read over HTTP. @default they cannot */
  readonly recentLog?: RecentLog | undefined;
  /** The listener for HTTP; clients that send HTTP to another port get its URL. @default none */
  readonly web?: OwnListener | undefined;
}

/** Options that can change while a server runs. */
export interface ServerChanges extends ServerTuning {
  /** Certificate and key to use instead of the identity in the state folder. */
  readonly tls?: TlsFiles;
}

/** The defaults of {@linkcode ServerTuning}. */
export const DEFAULT_TUNING: Required<ServerTuning> = {
  maxConnections: MAX_CONNECTIONS,
  maxConnectionsPerHost: MAX_CONNECTIONS_PER_HOST,
  maxRate: 0,
  handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
  idleTimeoutMs: IDLE_TIMEOUT_MS,
  drainTimeoutMs: DRAIN_TIMEOUT_MS,
};
