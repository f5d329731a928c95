/**
 * A dialect that serves one end of a connection in memory; the other end is the test's client.
 *
 * @module
 */

import { concat } from "@std/bytes/concat";
import { createLogger, type LogEvent } from "../lib/base/log.ts";
import type { Dialect, Login } from "../lib/dialects/dialect.ts";
import type { Connection } from "../lib/net/connection.ts";
import { ByteReader } from "../lib/wire/byte_reader.ts";
import { connectionPair, type PairOptions } from "./network/connection_pair.ts";
import { bytesOf } from "./network/raw_peer.ts";

const real = { setTimeout, clearTimeout };

/** Options of {@linkcode serveDialect}. */
export interface DialectOptions extends PairOptions {
  /** The host of the client. @default {"test"} */
  readonly host?: string;
  /** The files and the chat of the user. @default none */
  readonly login?: Partial<Login>;
}

/** A running dialect and its client. Disposing it ends both. */
export interface DialectSession extends AsyncDisposable {
  /** The client's end. */
  readonly client: Connection;
  /** Reads what the server sends; takes over the client's stream when it is first used. */
  readonly reader: ByteReader;
  /** The server's end. */
  readonly connection: Connection;
  /** Aborts the signal that the server drains. */
  readonly draining: AbortController;
  /** Resolves when the dialect has ended, with the error it ended with. */
  readonly ended: Promise<unknown>;
  /** All logged events. */
  readonly events: readonly LogEvent[];
  /** How often the dialect reported that the handshake is complete. */
  readonly established: number;
  /** Requests under way that a drain would wait for. */
  readonly working: number;
  /** Sends each part in a write of its own. */
  say(...parts: (string | Uint8Array)[]): Promise<void>;
  /** The next `n` bytes as text. */
  text(n: number): Promise<string>;
  /** Everything up to the end of the stream, as text. */
  rest(): Promise<string>;
}

/** Starts a dialect: `await using session = serveDialect(line, { login: { files } })`. */
export function serveDialect(dialect: Dialect, options: DialectOptions = {}): DialectSession {
  const [near, far] = connectionPair(options);
  const { connection } = near;
  const client = far.connection;
  let clientReader: ByteReader | undefined;
  const reader = () => clientReader ??= new ByteReader(client.readable);
  const draining = new AbortController();
  const events: LogEvent[] = [];
  const counts = { established: 0, working: 0 };
  const ended = dialect.serve({
    reader: new ByteReader(connection.readable),
    connection,
    host: options.host ?? "test",
    log: createLogger((event) => events.push(event), "debug"),
    signal: connection.signal,
    draining: draining.signal,
    login: () =>
      Promise.resolve({ user: "anonymous", requireWrite() {}, ...options.login } as Login),
    established: () => void counts.established++,
    usedBy() {},
    operatorFor: undefined!,
    working() {
      counts.working++;
      return { [Symbol.dispose]: () => void counts.working-- };
    },
  }).then(() => undefined, (error) => error);
  return {
    ...{ client, connection, draining, ended, events },
    get reader() {
      return reader();
    },
    get established() {
      return counts.established;
    },
    get working() {
      return counts.working;
    },
    async say(...parts) {
      for (const part of parts) await client.send(bytesOf(part));
    },
    text: async (n) => new TextDecoder().decode(await reader().readExactly(n)),
    async rest() {
      const pieces: Uint8Array[] = [];
      for (let piece; (piece = await reader().readSome()) !== null;) pieces.push(piece.slice());
      return new TextDecoder().decode(concat(pieces));
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await connection[Symbol.asyncDispose]();
      // A test of a dialect that does not end fails; it must not hang as well, on fake time either.
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = real.setTimeout(resolve, 1000);
      await Promise.race([ended, promise]);
      real.clearTimeout(timer);
    },
  };
}
