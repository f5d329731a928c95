/**
 * Reading the certificate of a server, which the TLS of the runtime does not expose.
 *
 * @module
 */

import { isIP } from "node:net";
import { FtError } from "../base/errors.ts";
import { anySignal, raceSignal } from "../base/signals.ts";
import { formatAddress } from "./address.ts";
import { socketFailure } from "./dial_error.ts";
import { type DialOptions, startDialDeadline } from "./dial.ts";
import { type CertificateInfo, parseCertificate } from "./pin.ts";
import { handshakeFailure } from "./handshake_failure.ts";

/**
 * Reads the certificate of a server. It is not verified: the server may not hold its key. Only a
 * pinned connection with the certificate proves that.
 *
 * @throws `network`, `protocol` if the server does not use TLS.
 */
export async function probeCertificate(options: DialOptions): Promise<CertificateInfo> {
  const { hostname, port, timeoutMs, signal } = options;
  const where = formatAddress(hostname, port);
  using deadline = startDialDeadline(timeoutMs, `no TLS answer from ${where}`);
  const { connect } = await import("node:tls");
  const shown = Promise.withResolvers<Uint8Array>();
  const socket = connect({
    ...{ host: hostname, port, rejectUnauthorized: false },
    servername: isIP(hostname) === 0 ? hostname : "server.invalid",
  }, () => {
    const { raw } = socket.getPeerCertificate();
    if (raw === undefined) shown.reject(new FtError("tls", `${where} shows no certificate`));
    else shown.resolve(raw);
  });
  socket.on("error", shown.reject);
  socket.on("close", () => shown.reject(new Error("tls handshake eof")));
  try {
    const raw = await raceSignal(shown.promise, anySignal(signal, deadline.signal));
    return parseCertificate(raw);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof FtError) throw error;
    throw socketFailure(error, hostname, port) ?? handshakeFailure(error, where);
  } finally {
    socket.destroy();
  }
}
