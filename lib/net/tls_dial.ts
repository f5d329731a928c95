/**
 * Connecting in TLS: to the holder of one key, or to whoever an authority vouches for.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { anySignal, raceSignal } from "../base/signals.ts";
import type { Connection } from "./connection.ts";
import { formatAddress } from "./address.ts";
import { type DialOptions, dialSocket, startDialDeadline } from "./dial.ts";
import { fromConn } from "./from_conn.ts";
import { certificateFacts, pinName } from "./pin.ts";

/**
 * Connects to the holder of this certificate's key.
 *
 * @param certificate In PEM; it must carry its own pin as a name.
 * @throws `tls` when the other side does not hold the key, `network`, `protocol`.
 */
export function dialPinned(options: DialOptions, certificate: string): Promise<Connection> {
  const { pin } = certificateFacts(certificate);
  return dialTls(options, { hostname: pinName(pin), caCerts: [certificate] });
}

/**
 * Connects to whoever shows a certificate for this host name from a known authority.
 *
 * @param authorities Further authorities, in PEM; those of the runtime always count.
 * @throws `tls` when nobody known vouches for it, `network`, `protocol`.
 */
export function dialVouched(
  options: DialOptions,
  authorities: readonly string[],
): Promise<Connection> {
  return dialTls(options, { hostname: options.hostname, caCerts: [...authorities] });
}

async function dialTls(
  options: DialOptions,
  tls: { hostname: string; caCerts: string[] },
): Promise<Connection> {
  const where = formatAddress(options.hostname, options.port);
  const conn = await dialSocket(options);
  conn.setNoDelay(true);
  using deadline = startDialDeadline(options.timeoutMs, `no TLS answer from ${where}`);
  let secured: Deno.TlsConn | undefined;
  try {
    secured = await Deno.startTls(conn, tls);
    await raceSignal(secured.handshake(), anySignal(options.signal, deadline.signal));
    return fromConn(secured, where);
  } catch (error) {
    secured?.close();
    options.signal?.throwIfAborted();
    deadline.signal.throwIfAborted();
    throw handshakeFailure(error, where);
  }
}

/** What a failed handshake means: a bad certificate, no TLS at all, or a lost connection. */
export function handshakeFailure(error: unknown, where: string): FtError {
  const text = error instanceof Error ? error.message : String(error);
  if (/certificate|UnknownIssuer|fatal alert/i.test(text)) {
    return new FtError("tls", `Cannot trust ${where}: ${text}`, { cause: error });
  }
  if (/InvalidContentType|corrupt message|wrong version/i.test(text)) {
    const message = `${where} does not speak TLS: a plaintext server is named ft://…`;
    return new FtError("protocol", message, { cause: error });
  }
  if (/eof|close_notify|socket disconnected/i.test(text)) {
    const message = `${where} closed the connection before TLS began (is it a plaintext port?)`;
    return new FtError("network", message, { cause: error });
  }
  const failure = asFtError(error, `Cannot connect to ${where}`);
  if (failure.code !== "internal") return failure;
  return new FtError("network", failure.message, { cause: error });
}
