/**
 * One accepted connection: told apart, served, logged, closed.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { LogFields, Logger, LogLevel } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import { anySignal } from "../base/signals.ts";
import type { UserChat } from "../chat/seat.ts";
import type { Credentials, Dialect, Session } from "../dialects/dialect.ts";
import { select } from "../dialects/select.ts";
import type { Connection } from "../net/connection.ts";
import type { TransferCounts } from "../service/transfer_counts.ts";
import { ByteReader } from "../wire/byte_reader.ts";
import { loggedLogin, type ServedLogin } from "./logged_login.ts";

/** What a connection is served with. */
export interface SessionOptions {
  /** Candidates; one alone is pinned. */
  readonly dialects: readonly Dialect[];
  readonly pinned: boolean;
  readonly log: Logger;
  readonly counts: TransferCounts;
  readonly draining: AbortSignal;
  /** Asked each time, as it may change. */
  tuning(): { readonly handshakeTimeoutMs: number; readonly idleTimeoutMs: number };
  readonly webUrl?: string;
  /** Told once the peer has said who it is and what it speaks. */
  established(): void;
  login(credentials: Credentials): Promise<ServedLogin>;
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
  const started = performance.now();
  let tagged = log;
  const close = (level: LogLevel, fields: LogFields) =>
    tagged[level]("connection.close", {
      seconds: Number(((performance.now() - started) / 1000).toFixed(3)),
      ...fields,
    });
  log.info("connection.open", { encrypted: connection.encrypted });
  try {
    const dialect = await choose(reader, options, signal);
    if (dialect === null) return close("info", { result: "silent" });
    tagged = log.with({ dialect: dialect.name });
    const session: Session = {
      reader,
      connection,
      log: tagged,
      signal,
      draining: options.draining,
      login: async (credentials) => {
        const login = await loggedLogin(options.login, credentials, tagged, options.counts);
        return { ...login, chat: guard.seating(login.chat) };
      },
      ...(options.webUrl === undefined ? {} : { webUrl: options.webUrl }),
      established: () => {
        guard.established();
        options.established();
      },
      working: () => options.working(),
    };
    await dialect.serve(session);
    close("info", { result: "done" });
  } catch (error) {
    const { code, message } = asFtError(error);
    close(code === "internal" ? "error" : "info", { result: code, message });
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
  readonly #tuning: SessionOptions["tuning"];
  readonly #ended = new AbortController();
  #timer: ReturnType<typeof setTimeout>;
  #seats = 0;

  constructor(connection: Connection, options: SessionOptions) {
    this.#connection = connection;
    this.#tuning = options.tuning;
    this.#timer = setTimeout(
      () => this.#end("no hello in time"),
      options.tuning().handshakeTimeoutMs,
    );
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  established(): void {
    clearTimeout(this.#timer);
    this.#watchIdle(this.#tuning().idleTimeoutMs);
  }

  #watchIdle(delayMs: number): void {
    this.#timer = setTimeout(() => {
      const { lastReadMs, lastWriteMs } = this.#connection;
      const idleMs = this.#seats > 0 ? 0 : performance.now() - Math.max(lastReadMs, lastWriteMs);
      const { idleTimeoutMs } = this.#tuning();
      if (idleMs >= idleTimeoutMs) this.#end("idle for too long");
      else this.#watchIdle(idleTimeoutMs - idleMs);
    }, delayMs);
  }

  /** The same door, with its seats known here: who has one may be silent. */
  seating(door: UserChat): UserChat {
    return {
      who: () => door.who(),
      say: (text, options) => door.say(text, options),
      join: (options) => {
        const seat = door.join(options);
        this.#seats++;
        let held = true;
        return {
          ...seat,
          [Symbol.dispose]: () => {
            if (!held) return;
            held = false;
            this.#seats--;
            seat[Symbol.dispose]();
          },
        };
      },
    };
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
