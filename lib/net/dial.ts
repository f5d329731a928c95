/**
 * Dialling in plaintext: the only place that opens a TCP connection.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError, isOutOfDescriptors } from "../base/os_errors.ts";
import { anySignal, type Deadline, startDeadline } from "../base/signals.ts";
import { canonicalHost, formatAddress } from "./address.ts";
import type { Connection } from "./connection.ts";
import { connectFailure } from "./dial_error.ts";
import { fromConn } from "./from_conn.ts";

/** Where and how to dial. */
export interface DialOptions {
  readonly hostname: string;
  readonly port: number;
  /** An address of the host that is dialled, and no other one. @default any */
  readonly address?: string | undefined;
  /** Milliseconds until the attempt counts as failed. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /**
   * Called with the address that was reached, before a byte is sent; if it throws, nothing is.
   *
   * @default the address does not matter
   */
  onReached?(hostname: string): Promise<void>;
}

/**
 * Connects to the first address of the host that accepts, over IPv6 or IPv4. The runtime tries the
 * next one when one has failed, or after 250 ms beside those that are still silent.
 *
 * @throws `network`, as a `DialError` if the reason is known; `limit` for too many open files; the
 *   signal's reason.
 */
export async function dial(options: DialOptions): Promise<Connection> {
  return fromConn(await dialSocket(options), formatAddress(options.hostname, options.port));
}

/** Opens the TCP connection under {@linkcode dial}, for callers that add TLS. */
export async function dialSocket(options: DialOptions): Promise<Deno.TcpConn> {
  const { hostname, port, timeoutMs, address = hostname } = options;
  const failure = `Cannot connect to ${formatAddress(hostname, port)}`;
  using deadline = startDialDeadline(timeoutMs, `${failure}: no answer`);
  try {
    const signal = anySignal(options.signal, deadline.signal);
    return await reached(await Deno.connect({ hostname: address, port, signal }), options);
  } catch (error) {
    if (error instanceof FtError) throw error;
    options.signal?.throwIfAborted();
    deadline.signal.throwIfAborted();
    const known = connectFailure(error, hostname, port);
    if (known !== undefined) throw known;
    if (isOutOfDescriptors(error)) throw asFtError(error, failure);
    const why = error instanceof Error ? error.message : String(error);
    throw new FtError("network", `${failure}: ${why}`, { cause: error });
  }
}

async function reached(conn: Deno.TcpConn, options: DialOptions): Promise<Deno.TcpConn> {
  try {
    await options.onReached?.(canonicalHost(conn.remoteAddr.hostname));
    return conn;
  } catch (error) {
    conn.close();
    throw error;
  }
}

/**
 * Starts the deadline of one step of dialling. Its reason is a `network` error whose cause is
 * `Deno.errors.TimedOut`.
 *
 * @param silence What did not happen: `Cannot connect to HOST: no answer`.
 */
export function startDialDeadline(timeoutMs: number, silence: string): Deadline {
  const message = `${silence} in ${timeoutMs / 1000} s`;
  return startDeadline(
    timeoutMs,
    () => new FtError("network", message, { cause: new Deno.errors.TimedOut(message) }),
  );
}
