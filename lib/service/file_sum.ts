/**
 * Digests of whole files, computed once per version of a file.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { BLOCK_BYTES } from "../base/limits.ts";
import { delay } from "../base/signals.ts";
import type { DigestCache } from "../storage/digest_cache.ts";
import type { StoredFile } from "../storage/store.ts";
import { changedWhileRead } from "./block_source.ts";
import type { SumAlgorithm } from "./files.ts";

/** Blocks hashed before other tasks get a turn. */
const BURST = 8;

/**
 * Returns the digest of the whole content of a file in lower-case hex.
 *
 * @throws `conflict` (retryable) if the file changes meanwhile.
 */
export async function fileSum(
  cache: DigestCache,
  file: StoredFile,
  algorithm: SumAlgorithm,
  signal?: AbortSignal,
): Promise<string> {
  const { path, revision, bytes } = file.entry;
  const known = cache.get(path, revision)?.sums[algorithm];
  if (known !== undefined) return known;
  const hash = createHash(algorithm);
  const buffer = new Uint8Array(Math.min(BLOCK_BYTES, bytes));
  for (let at = 0, n = 1; at < bytes; at += BLOCK_BYTES, n++) {
    const count = await file.readAt(at, buffer);
    if (count === 0) throw changedWhileRead(path);
    hash.update(buffer.subarray(0, count));
    if (n % BURST === 0) await delay(0, signal);
  }
  if (!await file.unchanged()) throw changedWhileRead(path);
  const sum = hash.digest("hex");
  cache.putSums(path, revision, { [algorithm]: sum });
  return sum;
}
