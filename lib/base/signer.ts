/**
 * Signatures with the private key of a server.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { FtError } from "./errors.ts";
import { nodeCrypto } from "./node_builtins.ts";

/** Signs with the identity of the server. */
export interface Signer {
  /** The public key: SPKI in base64. */
  readonly publicKey: string;
  /** Signs with SHA-256 and the key's own algorithm. @returns The signature in base64. */
  sign(text: string): string;
}

/** Returns a signer with a private key in PEM. @throws `tls` for an invalid key. */
export function signerWith(privateKey: string): Signer {
  const { createPrivateKey, createPublicKey, sign } = nodeCrypto();
  try {
    const key = createPrivateKey(privateKey);
    const spki = createPublicKey(key).export({ type: "spki", format: "der" });
    return {
      publicKey: spki.toString("base64"),
      sign: (text) => sign("sha256", new TextEncoder().encode(text), key).toString("base64"),
    };
  } catch (cause) {
    throw new FtError("tls", "Cannot sign with the server's key", { cause });
  }
}

/** Whether a text was signed with a key; false for a key or a signature that is none. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const { createPublicKey, verify } = nodeCrypto();
  try {
    const key = createPublicKey({
      ...{ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" } as const,
    });
    const signed = new TextEncoder().encode(text);
    return verify("sha256", signed, key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}
