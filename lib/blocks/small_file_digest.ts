/**
 * Small files with their digest, which is computed once.
 *
 * @module
 */

import type { SmallFile } from "../service/files.ts";
import { contentDigest, rootOf } from "./manifest.ts";

/** A small file of content that was just read. */
export function smallFile(file: Omit<SmallFile, "digest">): SmallFile {
  return { ...file, digest: contentDigest(file.bytes) };
}

/** The root of a file of at most one block. */
export function smallRoot({ bytes: { length }, digest }: SmallFile): string {
  return rootOf(length === 0 ? new Uint8Array() : Uint8Array.fromHex(digest), length);
}
