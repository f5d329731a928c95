/**
 * Dialling with TLS: to the holder of a pinned key, or to a host that an authority has certified.
 *
 * @module
 */

import { anySignal, raceSignal } from "../base/signals.ts";
import type { Connection } from "./connection.ts";
import { formatAddress } from "./address.ts";
import { type DialOptions, dialSocket, startDialDeadline } from "./dial.ts";
import { fromConn } from "./from_conn.ts";
import { handshakeFailure } from "./handshake_failure.ts";
import { parseCertificate, pinName } from "./pin.ts";

/**
 * Connects to the holder of a certificate's key.
 *
 * @param certificate The certificate in PEM; it must contain its own pin as a host name.
 * @throws `tls` if the server does not hold the key, `network`, `protocol`.
 */
export function dialPinned(options: DialOptions, certificate: string): Promise<Connection> {
  const { pin } = parseCertificate(certificate);
  return dialTls(options, { hostname: pinName(pin), caCerts: [certificate] });
}

/**
 * Connects to a server whose certificate for the host name was issued by a known authority.
 *
 * @param authorities Certificates in PEM of authorities besides those of the runtime.
 * @throws `tls` if no known authority issued the certificate, `network`, `protocol`.
 */
export function dialCertified(
  options: DialOptions,
  authorities: readonly string[],
): Promise<Connection> {
  return dialTls(options, { hostname: options.hostname, caCerts: authorities });
}

/** The certificates that are trusted. */
export interface TlsTrust {
  /** The name that the certificate must be for. */
  readonly hostname: string;
  /** Certificates in PEM of authorities besides those of the runtime. */
  readonly caCerts: readonly string[];
  /** Advice to the user about an unknown authority, for errors. @default flags of the client */
  readonly advice?: string | undefined;
}

async function dialTls(options: DialOptions, trust: TlsTrust): Promise<Connection> {
  return await startTls(await dialSocket(options), options, trust);
}

/**
 * Starts TLS on a connection, which it owns from then on.
 *
 * @throws As {@linkcode dialCertified}.
 */
export async function startTls(
  conn: Deno.TcpConn,
  options: DialOptions,
  { hostname, caCerts, advice }: TlsTrust,
): Promise<Connection> {
  const where = formatAddress(options.hostname, options.port);
  conn.setNoDelay();
  using deadline = startDialDeadline(options.timeoutMs, `no TLS answer from ${where}`);
  let secured: Deno.TlsConn | undefined;
  try {
    secured = await Deno.startTls(conn, { hostname, caCerts: [...caCerts] });
    await raceSignal(secured.handshake(), anySignal(options.signal, deadline.signal));
    return fromConn(secured, where);
  } catch (error) {
    // During a handshake the runtime keeps the socket until the server answers or closes.
    secured?.close();
    options.signal?.throwIfAborted();
    deadline.signal.throwIfAborted();
    throw handshakeFailure(error, where, advice);
  }
}
