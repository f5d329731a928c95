/**
 * A certificate authority for tests, like the public ones.
 *
 * @module
 */

import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { pem, pinName, pinOfKey } from "../lib/net/pin.ts";

const KEYS = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;
const VALID = { notBefore: new Date("2020-01-01"), notAfter: new Date("2100-01-01") };

/** A certificate and its key, in PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** The dates between which a certificate is valid. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate authority. */
export interface Authority {
  /** Its certificate in PEM. */
  readonly pem: string;
  /** Issues a certificate and its key for DNS names. */
  issue(...names: string[]): Promise<Issued>;
  /** Does the same with other dates. */
  issueFor(valid: Validity, ...names: string[]): Promise<Issued>;
}

/** Creates an authority. */
export async function makeAuthority(): Promise<Authority> {
  const keys = await makeKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: "01", name: "CN=Test authority", keys, signingAlgorithm: SIGNING, ...VALID },
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const issueFor = async (valid: Validity, ...names: string[]): Promise<Issued> => {
    const own = await makeKeys();
    const cert = await x509.X509CertificateGenerator.create({
      ...{ serialNumber: "02", subject: "CN=somebody", issuer: root.subject, ...valid },
      ...{ publicKey: own.publicKey, signingKey: keys.privateKey, signingAlgorithm: SIGNING },
      extensions: names.length === 0 ? [] : [namesOf(names)],
    });
    return await issued(cert, own);
  };
  return {
    pem: pem("CERTIFICATE", new Uint8Array(root.rawData)),
    issue: (...names) => issueFor(VALID, ...names),
    issueFor,
  };
}

/** Returns a function that signs certificates of one key, which contain its pin, with that key. */
export async function pinnedKey(): Promise<(valid?: Validity) => Promise<Issued>> {
  const keys = await makeKeys();
  const spki = await crypto.subtle.exportKey("spki", keys.publicKey);
  const extensions = [namesOf([pinName(pinOfKey(new Uint8Array(spki)))])];
  return async (valid = VALID) => {
    const cert = await x509.X509CertificateGenerator.createSelfSigned({
      ...{ serialNumber: crypto.getRandomValues(new Uint8Array(8)).toHex().replace(/^./, "1") },
      ...{ name: "CN=somebody", keys, signingAlgorithm: SIGNING, extensions, ...valid },
    });
    return await issued(cert, keys);
  };
}

async function makeKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(KEYS, true, ["sign", "verify"]);
}

function namesOf(names: readonly string[]): x509.Extension {
  return new x509.SubjectAlternativeNameExtension(
    names.map((value) => ({ type: "dns" as const, value })),
  );
}

async function issued(cert: x509.X509Certificate, keys: CryptoKeyPair): Promise<Issued> {
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    cert: pem("CERTIFICATE", new Uint8Array(cert.rawData)),
    key: pem("PRIVATE KEY", new Uint8Array(key)),
  };
}
