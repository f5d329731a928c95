/**
 * The digest of a small file, computed once.
 *
 * @module
 */

import type { SmallFile } from "../service/files.ts";
import { contentDigest, rootOf } from "./manifest.ts";

/** Adds the digest to a small file that was just read. */
export function smallFile(file: Omit<SmallFile, "digest">): SmallFile {
  return { ...file, digest: contentDigest(file.bytes) };
}

/** Returns the root of a small file, which has at most one block. */
export function smallRoot({ bytes: { length }, digest }: SmallFile): string {
  return rootOf(length === 0 ? new Uint8Array() : Uint8Array.fromHex(digest), length);
}
