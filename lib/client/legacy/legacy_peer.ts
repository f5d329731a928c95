/**
 * A connection to a server of an older dialect: none of them has pings, so that each wait has a
 * limit of its own.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { anySignal, startDeadline } from "../../base/signals.ts";
import type { Connection } from "../../net/connection.ts";
import { dial } from "../../net/dial.ts";
import type { CallOptions } from "../../service/files.ts";
import { ByteReader } from "../../wire/byte_reader.ts";
import type { Endpoint } from "../remote/endpoint.ts";

/** Where a server is and how patient one is. */
export interface PeerOptions {
  readonly endpoint: Endpoint;
  /** Milliseconds without a sign of life. */
  readonly timeoutMs: number;
  /** Bytes a second each way, at most. @default no limit */
  readonly maxRate?: number;
  /** Gives up everything. */
  readonly signal?: AbortSignal;
}

/** A connection and its reader. Disposing it closes it. */
export interface Peer extends AsyncDisposable {
  readonly connection: Connection;
  readonly reader: ByteReader;
  /** A patience that begins now. */
  wait(call?: CallOptions): Wait;
}

/** One wait for an answer that may come in pieces. */
export interface Wait extends Disposable {
  /** Ends when nothing came for too long, the caller gave up, or the connection is lost. */
  readonly signal: AbortSignal;
  /** Something came. */
  extend(): void;
}

/** Connects. @throws `network`. */
export async function openPeer(options: PeerOptions, call: CallOptions = {}): Promise<Peer> {
  const { endpoint: { hostname, port }, timeoutMs } = options;
  const given = anySignal(options.signal, call.signal, new AbortController().signal);
  const connection = await dial({ hostname, port, timeoutMs, signal: given });
  if (options.maxRate !== undefined) connection.limitRate(options.maxRate, "both");
  const late = () => new FtError("network", `no answer in ${timeoutMs / 1000} s`);
  return {
    connection,
    reader: new ByteReader(connection.readable),
    wait({ signal } = {}) {
      const deadline = startDeadline(timeoutMs, late);
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
 * Exactly so many bytes.
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

/** Everything up to the end of the stream. */
export async function* restOf({ reader }: Peer, wait: Wait): AsyncGenerator<Uint8Array> {
  for (let piece; (piece = await reader.readSome(undefined, wait.signal)) !== null;) {
    wait.extend();
    yield piece;
  }
}
