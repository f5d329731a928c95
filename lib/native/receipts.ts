/**
 * Receipts: what a server confirms about a file that was uploaded, signed with its identity.
 *
 * @module
 */

import { isSignedBy, type Signer } from "../base/signer.ts";

/** A receipt. */
export interface Receipt {
  /** The path on the server. */
  readonly name: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** The root of the content, 64 hex digits. */
  readonly root: string;
  /** The SHA-256 of the whole content, where the server knows it. */
  readonly sha256?: string | undefined;
  /** The login that asked for the receipt. */
  readonly user: string;
  /** The time of the receipt, in UTC. */
  readonly at: string;
  /** The fingerprint of the server. */
  readonly server: string;
  /** Its public key: SPKI in base64. */
  readonly key: string;
  /** The signature of all before, in base64. */
  readonly signature: string;
}

/** The facts of a receipt. */
export type ReceiptFacts = Omit<Receipt, "signature" | "key">;

/** Signs a receipt. */
export function signReceipt(facts: ReceiptFacts, signer: Signer): Receipt {
  const unsigned = { ...facts, key: signer.publicKey };
  return { ...unsigned, signature: signer.sign(signedText(unsigned)) };
}

/** Whether a receipt was signed with its key. Whose key that is, its fingerprint says. */
export function isGenuine(receipt: Receipt): boolean {
  return isSignedBy(receipt.key, signedText(receipt), receipt.signature);
}

/** The first words keep a signature from being valid for anything else that a server signs. */
function signedText(receipt: Omit<Receipt, "signature">): string {
  const { name, bytes, root, sha256 = "", user, at, server, key } = receipt;
  return `ft-receipt 1\n${JSON.stringify([name, bytes, root, sha256, user, at, server, key])}`;
}
