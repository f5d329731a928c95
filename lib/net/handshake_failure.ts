/**
 * Why a TLS handshake failed, in words that say what to do about it.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";

/** Faults of a certificate, by a part of the TLS library's message (rustls). */
const UNTRUSTED: readonly (readonly [RegExp, string])[] = [
  [
    /UnknownIssuer|BadSignature|CaUsedAsEndEntity/i,
    "no known authority issued its certificate",
  ],
  [/expired/i, "its certificate has expired (or the clock of this machine is wrong)"],
  [
    /not valid yet|NotValidYet/i,
    "its certificate is not valid yet (is this machine's clock wrong?)",
  ],
  [/not valid for|NotValidForName/i, "its certificate is for another name"],
  [/revoked/i, "its certificate was revoked"],
  [/BadEncoding|Unsupported|certificate/i, "its certificate is invalid"],
];

const UNKNOWN_AUTHORITY = UNTRUSTED[0]![1];
const CLIENT_ADVICE = "trust its authority with --ca, or its key with " +
  "--pin and the fingerprint that ftserver fingerprint prints there";

/** The server has ended a connection before TLS began: it may be full, or have no TLS. */
export class EndedHandshake extends FtError {}

const ENDED = /eof|end of file|close_notify|socket disconnected/i;

/** Other faults: the code of the error, and its text after the server's address. */
const OTHER: readonly (readonly [RegExp, "protocol" | "tls", string])[] = [
  [
    /CertificateRequired|BadCertificate|CertificateUnknown|AccessDenied/i,
    ...["tls", "refuses the certificate of this client"] as const,
  ],
  [
    /ProtocolVersion|incompatible|HandshakeFailure|fatal alert/i,
    ...["tls", "supports no version or cipher of TLS that this program supports"] as const,
  ],
  [
    /InvalidContentType|corrupt message|wrong version/i,
    ...["protocol", "does not speak TLS: a plaintext server is named ft://…"] as const,
  ],
];

/**
 * Translates a failed handshake: a bad certificate, a server without TLS, or a lost connection.
 *
 * @param where The server's address.
 * @param advice Advice to the user about an unknown authority. @default flags of the client
 */
export function handshakeFailure(error: unknown, where: string, advice = CLIENT_ADVICE): FtError {
  const text = error instanceof Error ? error.message : String(error);
  for (const [pattern, code, message] of OTHER) {
    if (pattern.test(text)) return new FtError(code, `${where} ${message}`, { cause: error });
  }
  if (ENDED.test(text)) {
    const message = `${where} closed the connection before TLS began (is it a plaintext port?)`;
    return new EndedHandshake("network", message, { cause: error });
  }
  const untrusted = untrustedError(text, where, advice, error);
  if (untrusted !== undefined) return untrusted;
  const failure = asFtError(error, `Cannot connect to ${where}`);
  if (failure.code !== "internal") return failure;
  const message = `Cannot connect to ${where}: the TLS handshake failed`;
  return new FtError("network", message, { cause: error });
}

/**
 * The error of the runtime's `fetch` for a certificate; `undefined` for other errors.
 *
 * @param where The server's address.
 * @param advice Advice to the user about an unknown authority.
 */
export function untrustedFetch(error: unknown, where: string, advice: string): FtError | undefined {
  const text = error instanceof Error ? `${error.message} ${error.cause ?? ""}` : "";
  const [, fault] = /invalid peer certificate: (.*)/.exec(text) ?? [];
  return fault === undefined ? undefined : untrustedError(fault, where, advice, error);
}

function untrustedError(
  text: string,
  where: string,
  advice: string,
  cause: unknown,
): FtError | undefined {
  const [, reason] = UNTRUSTED.find(([pattern]) => pattern.test(text)) ?? [];
  if (reason === undefined) return undefined;
  const how = reason === UNKNOWN_AUTHORITY ? ` (${advice})` : "";
  return new FtError("tls", `Cannot trust ${where}: ${reason}${how}`, { cause });
}
