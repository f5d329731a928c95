/**
 * Signatures of requests (RFC 9421) with the key of the server, over the method, the URL and the
 * digest of the body (RFC 9530).
 *
 * @module
 */

import { createPrivateKey, hash, type KeyObject, sign } from "node:crypto";
import { FtError } from "../base/errors.ts";

/** Signs requests. */
export interface RequestSigner {
  /** Identifies the key: the fingerprint of the server. */
  readonly keyId: string;
  /** Returns the fields that a POST of this body needs. @param atMs The time of the signature. */
  fields(url: string, body: string, atMs: number): Record<string, string>;
}

/** The components that are signed, in order. */
const COMPONENTS = '("@method" "@target-uri" "content-digest" "content-type")';
const CONTENT_TYPE = "application/json";

/**
 * Returns a signer.
 *
 * @param key A private key in PEM.
 * @throws `usage` for a key that has no algorithm in RFC 9421.
 */
export function requestSigner(key: string, keyId: string): RequestSigner {
  const privateKey = createPrivateKey(key);
  const { algorithm, options } = algorithmOf(privateKey);
  return {
    keyId,
    fields(url, body, atMs) {
      const digest = `sha-256=:${hash("sha256", body, "base64")}:`;
      const created = Math.floor(atMs / 1000);
      const params = `${COMPONENTS};created=${created};keyid="${keyId}";alg="${algorithm}"`;
      const base = [
        '"@method": POST',
        `"@target-uri": ${url}`,
        `"content-digest": ${digest}`,
        `"content-type": ${CONTENT_TYPE}`,
        `"@signature-params": ${params}`,
      ].join("\n");
      const signed = sign("sha256", new TextEncoder().encode(base), {
        key: privateKey,
        ...options,
      });
      return {
        "content-type": CONTENT_TYPE,
        "content-digest": digest,
        "signature-input": `ftserver=${params}`,
        "signature": `ftserver=:${signed.toString("base64")}:`,
      };
    },
  };
}

/** The algorithm of a key, by section 3.3 of RFC 9421. */
function algorithmOf(key: KeyObject) {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === "rsa") return { algorithm: "rsa-v1_5-sha256", options: {} };
  if (asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1") {
    const options = { dsaEncoding: "ieee-p1363" } as const;
    return { algorithm: "ecdsa-p256-sha256", options };
  }
  throw new FtError("usage", "--on needs a key of RSA or of the curve P-256");
}
