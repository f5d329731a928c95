/**
 * Creation of a server's own key and certificate.
 *
 * @module
 */

import { pem, pinName, pinOfKey } from "./pin.ts";

/** Clients compare keys, so an expiry date would only break them one day. */
const NOT_AFTER = new Date("2120-01-01T00:00:00Z");
const NOT_BEFORE = new Date("2020-01-01T00:00:00Z");

/**
 * Creates an identity: an ECDSA P-256 key and a self-signed certificate. The certificate is not an
 * authority and is valid only for the host name that contains its pin.
 *
 * @returns The certificate and the key in PEM.
 */
export async function makeIdentity(): Promise<string> {
  // The library uses the metadata API of this package as soon as it is loaded.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" },
    true,
    ["sign", "verify"],
  );
  const spki = await crypto.subtle.exportKey("spki", keys.publicKey);
  const name = pinName(pinOfKey(new Uint8Array(spki)));
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: crypto.getRandomValues(new Uint8Array(8)).toHex().replace(/^./, "1"),
    name: "CN=ftserver",
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    keys,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
    ],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return pem("CERTIFICATE", new Uint8Array(cert.rawData)) +
    pem("PRIVATE KEY", new Uint8Array(key));
}
