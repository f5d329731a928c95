/**
 * One accepted connection: told apart, served, logged, closed.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import { anySignal } from "../base/signals.ts";
import type { Credentials, Dialect, Login, Session } from "../dialects/dialect.ts";
import { select } from "../dialects/select.ts";
import type { Connection } from "../net/connection.ts";
import { ByteReader } from "../wire/byte_reader.ts";

/** What a connection is served with. */
export interface SessionOptions {
  /** Candidates; one alone is pinned. */
  readonly dialects: readonly Dialect[];
  readonly pinned: boolean;
  readonly log: Logger;
  readonly draining: AbortSignal;
  readonly handshakeTimeoutMs: number;
  readonly idleTimeoutMs: number;
  login(credentials: Credentials): Promise<Login>;
  working(): Disposable;
}

/** Serves a connection until it ends; never throws. The connection is closed afterwards. */
export async function serveConnection(
  connection: Connection,
  options: SessionOptions,
): Promise<void> {
  const { log } = options;
  await using _connection = connection;
  using guard = new Watch(connection, options);
  const signal = anySignal(connection.signal, guard.signal);
  const reader = new ByteReader(connection.readable);
  try {
    const dialect = await choose(reader, options, signal);
    if (dialect === null) return;
    const tagged = log.with({ dialect: dialect.name });
    tagged.debug("connection.open");
    const session: Session = {
      reader,
      connection,
      log: tagged,
      signal,
      draining: options.draining,
      login: (credentials) => options.login(credentials),
      established: () => guard.established(),
      working: () => options.working(),
    };
    await dialect.serve(session);
    tagged.debug("connection.close");
  } catch (error) {
    const failure = asFtError(error);
    const level = failure.code === "internal" ? "error" : "info";
    log[level]("connection.failed", { code: failure.code, message: failure.message });
  }
}

function choose(
  reader: ByteReader,
  options: SessionOptions,
  signal: AbortSignal,
): Promise<Dialect | null> {
  if (options.pinned) return Promise.resolve(options.dialects[0]!);
  return select(options.dialects, reader, signal);
}

/** Closes a connection that does not finish its handshake, or falls silent. */
class Watch implements Disposable {
  readonly #connection: Connection;
  readonly #idleTimeoutMs: number;
  readonly #ended = new AbortController();
  #timer: ReturnType<typeof setTimeout>;

  constructor(connection: Connection, options: SessionOptions) {
    this.#connection = connection;
    this.#idleTimeoutMs = options.idleTimeoutMs;
    this.#timer = setTimeout(() => this.#end("no hello in time"), options.handshakeTimeoutMs);
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  established(): void {
    clearTimeout(this.#timer);
    this.#watchIdle(this.#idleTimeoutMs);
  }

  #watchIdle(delayMs: number): void {
    this.#timer = setTimeout(() => {
      const { lastReadMs, lastWriteMs } = this.#connection;
      const idleMs = performance.now() - Math.max(lastReadMs, lastWriteMs);
      if (idleMs >= this.#idleTimeoutMs) this.#end("idle for too long");
      else this.#watchIdle(this.#idleTimeoutMs - idleMs);
    }, delayMs);
  }

  #end(why: string): void {
    const reason = new FtError("network", why);
    this.#ended.abort(reason);
    this.#connection.abort(reason);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
