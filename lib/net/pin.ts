/**
 * What names a server: the SHA-256 of its public key, and the host name that carries it.
 *
 * The pin covers the key (SubjectPublicKeyInfo), not the certificate: so the certificate can carry
 * its own pin as a name, and may be renewed without anybody noticing. The name ends in `.invalid`
 * (RFC 6761), for which no public authority can issue a certificate: whoever shows a certificate
 * for it that the pinned one signed holds the pinned key.
 *
 * @module
 */

import { createHash, X509Certificate } from "node:crypto";
import { FtError } from "../base/errors.ts";

/**
 * Reads a pin as users write it: 64 hex digits, colons and case do not matter.
 *
 * @throws `usage`.
 *
 * @example
 * ```ts
 * import { parsePin } from "./pin.ts";
 *
 * if (parsePin("AB".repeat(32)) !== "ab".repeat(32)) throw new Error();
 * ```
 */
export function parsePin(text: string): string {
  const pin = text.trim().replaceAll(":", "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(pin)) return pin;
  throw new FtError("usage", "a pin is 64 hex digits, as ftserver fingerprint prints them");
}

/** The host name that a certificate of this key carries. */
export function pinName(pin: string): string {
  return `${pin.slice(0, 32)}.${pin.slice(32)}.ft.invalid`;
}

/** A certificate, as far as it matters here. */
export interface CertificateFacts {
  /** SHA-256 of its public key: 64 hex digits. */
  readonly pin: string;
  /** In PEM. */
  readonly pem: string;
  /** Whether it carries its own pin as a name, which pinning needs. */
  readonly namesItself: boolean;
}

/** SHA-256 of a public key in its SPKI form, as 64 hex digits. */
export function pinOfKey(spki: Uint8Array): string {
  return createHash("sha256").update(spki).digest("hex");
}

/**
 * Reads a certificate.
 *
 * @param certificate In DER, or PEM (of a chain the first counts).
 * @throws `tls` when it is none.
 */
export function certificateFacts(certificate: Uint8Array | string): CertificateFacts {
  try {
    const parsed = new X509Certificate(certificate);
    const spki = parsed.publicKey.export({ type: "spki", format: "der" });
    const pin = pinOfKey(new Uint8Array(spki));
    const names = (parsed.subjectAltName ?? "").split(", ");
    return { pin, pem: pemOf(parsed.raw), namesItself: names.includes(`DNS:${pinName(pin)}`) };
  } catch (cause) {
    throw new FtError("tls", "not a certificate that can be read", { cause });
  }
}

function pemOf(der: Uint8Array): string {
  return pem("CERTIFICATE", new Uint8Array(der));
}

/** DER as PEM. */
export function pem(label: string, der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
