/**
 * The pin of a server: the SHA-256 of its public key, and a host name that contains it.
 *
 * The pin covers the key (SubjectPublicKeyInfo), not the certificate. So a certificate can contain
 * its own pin as a host name, and clients do not notice when it is renewed. The name ends in
 * `.invalid` (RFC 6761), for which no public authority issues certificates. A server with a
 * certificate for this name, signed by the pinned one, therefore holds the pinned key.
 *
 * @module
 */

import { nodeCrypto } from "../base/node_builtins.ts";
import { FtError } from "../base/errors.ts";

/**
 * Parses a pin: 64 hex digits in any case, with or without colons.
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

/** Returns the host name in a certificate of this key. */
export function pinName(pin: string): string {
  return `${pin.slice(0, 32)}.${pin.slice(32)}.ft.invalid`;
}

/** The relevant parts of a certificate. */
export interface CertificateInfo {
  /** The SHA-256 of the public key: 64 hex digits. */
  readonly pin: string;
  /** The certificate in PEM. */
  readonly pem: string;
  /** Whether a host name in it contains the pin, which pinning requires. */
  readonly containsPin: boolean;
  /** The host names and addresses that it is for. */
  readonly names: readonly string[];
  /** The first moment at which it is valid, in milliseconds since 1970. */
  readonly validFromMs: number;
  /** The last moment at which it is valid, in milliseconds since 1970. */
  readonly validToMs: number;
}

/** Returns the SHA-256 of a public key in SPKI form, as 64 hex digits. */
export function pinOfKey(spki: Uint8Array): string {
  return nodeCrypto().createHash("sha256").update(spki).digest("hex");
}

/**
 * Parses a certificate.
 *
 * @param certificate The certificate in DER, or in PEM; of a chain only the first is read.
 * @throws `tls` for an invalid certificate.
 */
export function parseCertificate(certificate: Uint8Array | string): CertificateInfo {
  try {
    const parsed = new (nodeCrypto().X509Certificate)(certificate);
    const spki = parsed.publicKey.export({ type: "spki", format: "der" });
    const pin = pinOfKey(new Uint8Array(spki));
    const names = (parsed.subjectAltName ?? "").split(", ")
      .map((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1])
      .filter((name) => name !== undefined);
    return {
      ...{ pin, pem: pemOf(parsed.raw), names, containsPin: names.includes(pinName(pin)) },
      ...{ validFromMs: Date.parse(parsed.validFrom), validToMs: Date.parse(parsed.validTo) },
    };
  } catch (cause) {
    throw new FtError("tls", "invalid certificate", { cause });
  }
}

function pemOf(der: Uint8Array): string {
  return pem("CERTIFICATE", new Uint8Array(der));
}

/** Encodes DER as PEM. */
export function pem(label: string, der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
