/**
 * Digests of whole files, computed once per version of a file.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { BLOCK_BYTES } from "../base/limits.ts";
import type { BlockBuffers } from "../blocks/buffers.ts";
import type { StoredFile, StoreEntry } from "../storage/store.ts";
import { changedWhileRead } from "./block_source.ts";
import type { SumAlgorithm } from "./files.ts";
import type { ServiceContext } from "./service_context.ts";
import type { SourceReader } from "./source_reader.ts";

type SumContext = Pick<ServiceContext, "store" | "cache" | "hashing" | "buffers" | "openFiles">;

/**
 * Returns the digest of the whole content of a file in lower-case hex.
 *
 * @throws `conflict` (retryable) if the file changes meanwhile, `limit` if the holder has too much
 *   hashing under way, the signal's reason if it is aborted first.
 */
export async function fileSum(
  context: SumContext,
  { path, revision, bytes }: StoreEntry,
  algorithm: SumAlgorithm,
  { holder, signal }: SourceReader,
): Promise<string> {
  const { cache, hashing } = context;
  const known = () => cache.facts(path, revision)?.sums[algorithm];
  const before = known();
  if (before !== undefined) return before;
  await cache.learn({ path, revision, bytes }, signal);
  const learned = known();
  if (learned !== undefined) return learned;
  using _place = await hashing.places.take(holder, signal);
  const task = `${algorithm} ${revision} ${path}`;
  return known() ?? await hashing.sums.run(task, holder, async (stopped, forWhom) => {
    // Callers that wait have no file open: it would use up the descriptors.
    await using own = await context.openFiles.open(holder, () => context.store.open(path));
    if (own?.entry.revision !== revision) throw changedWhileRead(path);
    const turn = () => hashing.turns.take(forWhom(), stopped);
    const sum = await computed(own, algorithm, context.buffers, turn);
    cache.putSums(path, revision, { [algorithm]: sum }, bytes);
    return sum;
  }, signal);
}

/** @param turn Waits for a turn to hash a block. */
async function computed(
  file: StoredFile,
  algorithm: SumAlgorithm,
  buffers: BlockBuffers,
  turn: () => Promise<Disposable>,
): Promise<string> {
  const { path, bytes } = file.entry;
  const hash = createHash(algorithm);
  for (let at = 0; at < bytes; at += BLOCK_BYTES) {
    using _turn = await turn();
    const buffer = buffers.take(Math.min(BLOCK_BYTES, bytes - at));
    const count = await file.readAt(at, buffer);
    if (count !== buffer.length) throw changedWhileRead(path);
    hash.update(buffer);
    buffers.give(buffer);
  }
  if (!await file.unchanged()) throw changedWhileRead(path);
  return hash.digest("hex");
}
