/**
 * Reading the certificate a server shows, which the runtime's own TLS does not tell.
 *
 * @module
 */

import { isIP } from "node:net";
import { FtError } from "../base/errors.ts";
import { raceSignal } from "../base/signals.ts";
import { formatAddress } from "./connection.ts";
import type { DialOptions } from "./listener.ts";
import { type CertificateFacts, certificateFacts } from "./pin.ts";
import { handshakeFailure } from "./tls_dial.ts";

/**
 * Asks a server for its certificate. Nothing is proven by it: whoever answers may show a
 * certificate whose key it does not hold. It is what a pinned connection is tried with.
 *
 * @throws `network`, `protocol` when it does not speak TLS.
 */
export async function probeCertificate(options: DialOptions): Promise<CertificateFacts> {
  const { hostname, port, timeoutMs, signal } = options;
  const where = formatAddress(hostname, port);
  const late = AbortSignal.timeout(timeoutMs);
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
    const given = AbortSignal.any([late, ...(signal ? [signal] : [])]);
    return certificateFacts(await raceSignal(shown.promise, given));
  } catch (error) {
    signal?.throwIfAborted();
    if (!late.aborted) throw error instanceof FtError ? error : handshakeFailure(error, where);
    throw new FtError("network", `no TLS answer from ${where} in ${timeoutMs / 1000} s`);
  } finally {
    socket.destroy();
  }
}
