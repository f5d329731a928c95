/**
 * One accepted connection: recognises its dialect, serves it, logs it, closes it.
 *
 * @module
 */

import type { LogFields, Logger, LogLevel } from "../base/log.ts";
import { asFtError, isReset } from "../base/os_errors.ts";
import type { Credentials, Dialect, LaneDoor, Login, Session } from "../dialects/dialect.ts";
import type { Operator } from "../dialects/operator.ts";
import { select } from "../dialects/select.ts";
import type { Connection } from "../net/connection.ts";
import { ByteReader } from "../wire/byte_reader.ts";
import { hostOf } from "./admission.ts";
import type { LoginSession } from "./login.ts";
import type { ListedConnection } from "./open_connections.ts";
import { type SilenceTimeouts, SilenceWatch } from "./silence_watch.ts";

/** Options of a session. */
export interface SessionOptions {
  /** The dialects that clients may use; a pinned listener has only one. */
  readonly dialects: readonly Dialect[];
  /** Whether the dialect is used without looking at the first bytes. */
  readonly pinned: boolean;
  readonly log: Logger;
  /** Aborts when the server drains. */
  readonly draining: AbortSignal;
  /** Returns the timeouts in force; they may change while the server runs. */
  timeouts(): SilenceTimeouts;
  /** The URL of the web page, if this server has one. */
  readonly webUrl?: string;
  /** Accepts further connections of a client. @default there are none */
  readonly lanes?: LaneDoor;
  /** The connection as admins see it. */
  readonly listed: Pick<ListedConnection, "dialect" | "user">;
  /** Returns the server as the user of a login may operate it. */
  operatorFor(login: Login, dialect: string): Operator;
  /** Called once the client's handshake is complete. */
  established(): void;
  /** @throws `not_allowed`, `limit`. */
  login(credentials: Credentials, session: LoginSession): Promise<Login>;
  /** Counts a request until the result is disposed; a drain waits for it. */
  working(): Disposable;
}

/** Serves a connection until it ends, then closes it; never throws. */
export async function serveConnection(
  connection: Connection,
  options: SessionOptions,
): Promise<void> {
  await using _connection = connection;
  using watch = new SilenceWatch(connection, () => options.timeouts());
  const { lastReadMs } = connection;
  const startedMs = performance.now();
  let log = options.log;
  const close = (level: LogLevel, fields: LogFields) => {
    const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(3));
    log[level]("connection.close", { seconds, ...fields });
  };
  log.info("connection.open", { encrypted: connection.encrypted });
  try {
    const reader = new ByteReader(connection.readable);
    const dialect = await choose(reader, options, connection.signal);
    if (dialect === null) return close("info", { result: "silent" });
    options.listed.dialect = dialect.name;
    log = log.with({ dialect: dialect.name });
    await dialect.serve(sessionOf(connection, reader, log, watch, dialect.name, options));
    close("info", { result: "done" });
  } catch (error) {
    const { code, message } = asFtError(error);
    // A client that only reads the certificate resets the connection when it has it.
    if (isReset(error) && connection.lastReadMs === lastReadMs) {
      return close("info", { result: "silent" });
    }
    close(code === "internal" ? "error" : "info", { result: code, message });
  }
}

function choose(
  reader: ByteReader,
  { dialects, pinned }: SessionOptions,
  signal: AbortSignal,
): Promise<Dialect | null> {
  return pinned ? Promise.resolve(dialects[0]!) : select(dialects, reader, signal);
}

function sessionOf(
  connection: Connection,
  reader: ByteReader,
  log: Logger,
  watch: SilenceWatch,
  dialect: string,
  options: SessionOptions,
): Session {
  const loginSession = { connection, log, dialect, countSeat: () => watch.countSeat() };
  const lastingSession = (signal: AbortSignal): LoginSession => {
    const { remote, encrypted } = connection;
    const none = { [Symbol.dispose]: () => {} };
    const lastingLog = log.with({ connection: undefined, remote: hostOf(remote) });
    return {
      connection: { remote, encrypted, signal },
      log: lastingLog,
      dialect,
      countSeat: () => none,
    };
  };
  return {
    reader,
    connection,
    host: hostOf(connection.remote),
    log,
    signal: connection.signal,
    draining: options.draining,
    webUrl: options.webUrl,
    lanes: options.lanes,
    async login(credentials, lasting) {
      const session = lasting ? lastingSession(lasting) : loginSession;
      const login = await options.login(credentials, session);
      options.listed.user = login.user;
      return login;
    },
    established() {
      watch.established();
      options.established();
    },
    working: () => options.working(),
    usedBy: (user) => void (options.listed.user = user),
    operatorFor: (login) => options.operatorFor(login, dialect),
  };
}
