/**
 * A certificate authority for tests, like the public ones.
 *
 * @module
 */

import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { pem } from "../lib/net/pin.ts";

const KEYS = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;
const VALID = { notBefore: new Date("2020-01-01"), notAfter: new Date("2100-01-01") };

/** A certificate authority. */
export interface Authority {
  /** Its certificate in PEM. */
  readonly pem: string;
  /** Issues a certificate and its key, in PEM, for DNS names. */
  issue(...names: string[]): Promise<{ cert: string; key: string }>;
}

/** Creates an authority. */
export async function makeAuthority(): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(KEYS, true, ["sign", "verify"]);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: "01", name: "CN=Test authority", keys, signingAlgorithm: SIGNING, ...VALID },
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    pem: pem("CERTIFICATE", new Uint8Array(root.rawData)),
    async issue(...names) {
      const own = await crypto.subtle.generateKey(KEYS, true, ["sign", "verify"]);
      const cert = await x509.X509CertificateGenerator.create({
        ...{ serialNumber: "02", subject: "CN=somebody", issuer: root.subject, ...VALID },
        ...{ publicKey: own.publicKey, signingKey: keys.privateKey, signingAlgorithm: SIGNING },
        extensions: [
          new x509.SubjectAlternativeNameExtension(
            names.map((value) => ({ type: "dns" as const, value })),
          ),
        ],
      });
      const key = await crypto.subtle.exportKey("pkcs8", own.privateKey);
      return {
        cert: pem("CERTIFICATE", new Uint8Array(cert.rawData)),
        key: pem("PRIVATE KEY", new Uint8Array(key)),
      };
    },
  };
}
