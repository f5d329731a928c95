/**
 * The digest of a small file, computed once.
 *
 * @module
 */

import type { SmallFile } from "../service/files.ts";
import { contentDigest, DIGEST_BYTES } from "./manifest.ts";

/** Adds the digest to a small file that was just read. */
export function smallFile(file: Omit<SmallFile, "digest">): SmallFile {
  return { ...file, digest: contentDigest(file.bytes) };
}

/** Returns the root of a small file, which has at most one block. */
export function smallRoot({ bytes: { length }, digest }: SmallFile): string {
  const digests = length === 0 ? 0 : DIGEST_BYTES;
  const hashed = new Uint8Array(digests + 8);
  if (digests > 0) hashed.setFromHex(digest);
  new DataView(hashed.buffer).setUint32(digests + 4, length);
  return contentDigest(hashed);
}
