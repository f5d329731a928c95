/**
 * A connection to a legacy server. The legacy dialects have no pings, so each wait has a timeout.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { DIALECT_PAUSE_MS, MAX_REASON_BYTES, RATE_PIECE_MS } from "../../base/limits.ts";
import type { RateLimits } from "../../base/rate_limit.ts";
import { anySignal, raceSignal, startDeadline, within } from "../../base/signals.ts";
import type { Connection } from "../../net/connection.ts";
import type { CallOptions } from "../../service/files.ts";
import { ByteReader } from "../../wire/byte_reader.ts";
import type { Endpoint } from "../remote/endpoint.ts";
import { dialEndpoint } from "../trust/secure_dial.ts";
import type { Trust } from "../trust/trust.ts";

/** How to connect to a legacy server. */
export interface PeerOptions {
  readonly endpoint: Endpoint;
  /** Servers that used TLS, to which plaintext is refused. @default none */
  readonly trust?: Trust | undefined;
  /** Milliseconds to wait for the next bytes. */
  readonly timeoutMs: number;
  /** The rate of each direction, which all connections of a client share. @default no limit */
  readonly rate?: RateLimits | undefined;
  /** Cancels everything. */
  readonly signal?: AbortSignal | undefined;
}

/** A connection and its reader. Disposing it closes the connection. */
export interface Peer extends AsyncDisposable {
  readonly connection: Connection;
  readonly reader: ByteReader;
  /** Starts a wait. */
  wait(call?: CallOptions): Wait;
}

/** One wait for an answer, which may arrive in pieces. */
export interface Wait extends Disposable {
  /** Ends after a timeout, when the caller cancels, or when the connection is lost. */
  readonly signal: AbortSignal;
  /** Restarts the timeout, because bytes arrived. */
  extend(): void;
}

/** Connects. @throws `network`, `tls` if the server used TLS before. */
export async function openPeer(options: PeerOptions, call: CallOptions = {}): Promise<Peer> {
  const { endpoint, timeoutMs, trust } = options;
  const { hostname, port } = endpoint;
  const given = anySignal(options.signal, call.signal, new AbortController().signal);
  const to = { hostname, port, timeoutMs, signal: given };
  const connection = await dialEndpoint(endpoint, to, trust);
  if (options.rate !== undefined) connection.limitRate(options.rate);
  const timedOut = () => new FtError("network", `no answer in ${timeoutMs / 1000} s`);
  return {
    connection,
    reader: new ByteReader(connection.readable),
    wait({ signal } = {}) {
      const deadline = startDeadline(timeoutMs, timedOut);
      return {
        signal: anySignal(connection.signal, options.signal, signal, deadline.signal),
        extend: () => deadline.extend(),
        [Symbol.dispose]: () => deadline[Symbol.dispose](),
      };
    },
    [Symbol.asyncDispose]: () => {
      connection.abort(new FtError("network", "the connection was closed"));
      return Promise.resolve();
    },
  };
}

/**
 * Sends bytes, and restarts the timeout.
 *
 * @throws `network` when the server does not take them in time.
 */
export async function sendInTime(
  { connection }: Peer,
  wait: Wait,
  ...parts: readonly Uint8Array[]
): Promise<void> {
  for (const some of inTimelyPieces(parts, connection.rateLimit)) {
    await raceSignal(connection.send(...some), wait.signal);
    wait.extend();
  }
}

/** Splits what a limited rate would send for longer than the timeout. */
function* inTimelyPieces(
  parts: readonly Uint8Array[],
  bytesPerSecond: number | undefined,
): Generator<readonly Uint8Array[]> {
  if (bytesPerSecond === undefined) return yield parts;
  const pieceBytes = Math.ceil(bytesPerSecond * RATE_PIECE_MS / 1000);
  for (const part of parts) {
    for (let at = 0; at < part.length; at += pieceBytes) {
      yield [part.subarray(at, at + pieceBytes)];
    }
  }
}

/**
 * Reads the reason of a refusal, up to the end of the stream. A server may read to the end of what it
 * is sent before it closes, so this half-closes first. A reason without an end counts as far as it
 * came.
 */
export async function readReason({ connection, reader }: Peer, wait: Wait): Promise<string> {
  // It waits for earlier writes, which may never end.
  await within(connection.closeWrite(), DIALECT_PAUSE_MS);
  const decoder = new TextDecoder();
  let reason = "";
  try {
    // Its length is bounded, so it has one timeout as a whole.
    while (reason.length < MAX_REASON_BYTES) {
      const piece = await reader.readSome(MAX_REASON_BYTES, wait.signal);
      if (piece === null) break;
      reason += decoder.decode(piece, { stream: true });
    }
  } catch {
    // The timeout, or a lost connection.
  }
  return reason;
}

/**
 * Reads exactly this many bytes.
 *
 * @throws `network` when the connection ends first.
 */
export async function* bodyOf(
  { reader }: Peer,
  bytes: number,
  wait: Wait,
): AsyncGenerator<Uint8Array> {
  for await (const piece of reader.body(bytes, wait.signal)) {
    wait.extend();
    yield piece;
  }
}

/** Reads up to the end of the stream. */
export async function* restOf({ reader }: Peer, wait: Wait): AsyncGenerator<Uint8Array> {
  for (let piece; (piece = await reader.readSome(undefined, wait.signal)) !== null;) {
    wait.extend();
    yield piece;
  }
}
