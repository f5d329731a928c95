/**
 * Digests of the pieces of a file.
 *
 * @module
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { DIGEST_BYTES } from "./block_digests.ts";

/** A function that returns the SHA-256 of bytes. */
export type Digest = (bytes: ArrayBuffer) => Promise<ArrayBuffer | Uint8Array>;

/**
 * The browser's own function, which is several times as fast. It has none for a page over `http://`
 * that is not from the same machine.
 */
export const DIGEST: Digest = globalThis.crypto?.subtle === undefined
  ? (bytes) => Promise.resolve(sha256(new Uint8Array(bytes)))
  : (bytes) => crypto.subtle.digest("SHA-256", bytes);

/** Reads a blob piece by piece: never more than one piece is in memory. */
export async function digestPieces(
  blob: Blob,
  pieceBytes: number,
  digest: Digest = DIGEST,
): Promise<Uint8Array<ArrayBuffer>> {
  const digests = new Uint8Array(Math.ceil(blob.size / pieceBytes) * DIGEST_BYTES);
  for (let i = 0; i * pieceBytes < blob.size; i++) {
    const bytes = await blob.slice(i * pieceBytes, (i + 1) * pieceBytes).arrayBuffer();
    digests.set(new Uint8Array(await digest(bytes)), i * DIGEST_BYTES);
  }
  return digests;
}
