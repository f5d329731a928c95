/**
 * Files of the sizes where things break.
 *
 * @module
 */

import { createHash } from "node:crypto";

/** Bytes that look random and are the same each time. */
export function sampleBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** The digest of some bytes as lower-case hex. */
export function hexDigest(algorithm: "sha256" | "md5", bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/** Fifteen million bytes and some. */
export const LARGE_BYTES = 15 * 1024 * 1024 + 7;
