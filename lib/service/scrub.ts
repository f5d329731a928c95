/**
 * Reads stored content again and compares it with its recorded digests, which finds bit rot.
 *
 * @module
 */

import type { FtError } from "../base/errors.ts";
import { isWithin } from "../base/is_within.ts";
import { BLOCK_BYTES, BLOCKS_IN_FLIGHT } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import { mapOrdered } from "../base/pipeline.ts";
import type { RateLimit } from "../base/rate_limit.ts";
import type { Hasher } from "../blocks/hasher.ts";
import {
  blockCount,
  blockLength,
  DIGEST_BYTES,
  DigestList,
  rootOf,
  sameDigest,
} from "../blocks/manifest.ts";
import type { CachedBlocks, DigestCache } from "../storage/digest_cache.ts";
import { isSettled, type Store, type StoredFile, type StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";

/** Access to the content and its digests. */
export interface ScrubContext {
  readonly store: Store;
  readonly cache: DigestCache;
  readonly hasher: Hasher;
  /** Repairs a damaged file. @returns Whether it is whole now. @default damage is only reported */
  readonly repair?: ((path: StorePath) => Promise<boolean>) | undefined;
}

/** The content to read, and how. */
export interface ScrubOptions {
  /** The file, or the folder with everything below it. */
  readonly path: StorePath;
  /** Continues after this path, in the order of the results. @default from the beginning */
  readonly after?: string | undefined;
  /** Limits the bytes that are read. @default no limit */
  readonly rate?: RateLimit | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The result for one file. */
export interface ScrubbedFile {
  readonly path: StorePath;
  /** Bytes that were read. */
  readonly bytes: number;
  /**
   * `intact`; `damaged`; `repaired` if it was damaged until now; `recorded` if it had no digests until
   * now; `changed` if it changed while it was read; `unreadable`.
   */
  readonly state: "intact" | "damaged" | "repaired" | "recorded" | "changed" | "unreadable";
  /** The damaged blocks, as far as they are known. @default none */
  readonly blocks?: readonly number[];
  /** Why it could not be read, or repaired. */
  readonly error?: FtError;
}

/**
 * Checks files in the order of their names, folder by folder.
 *
 * @throws The signal's reason; the error of a store that cannot be used.
 */
export async function* scrub(
  context: ScrubContext,
  options: ScrubOptions,
): AsyncGenerator<ScrubbedFile> {
  const entry = await context.store.stat(options.path);
  if (entry?.type === "file") yield await checked(context, entry, options);
  else yield* scrubFolder(context, options.path, options);
}

async function* scrubFolder(
  context: ScrubContext,
  dir: StorePath,
  options: ScrubOptions,
): AsyncGenerator<ScrubbedFile> {
  const { after, signal } = options;
  // Links and special files are not content of this store.
  for await (const entry of context.store.list(dir, signal, () => {})) {
    if (after !== undefined && isBefore(entry.path, after)) continue;
    if (entry.type === "dir") yield* scrubFolder(context, entry.path, options);
    else if (entry.path !== after) yield await checked(context, entry, options);
  }
}

/** Whether all of a path was checked when `after` was; names are compared as listings order them. */
function isBefore(path: string, after: string): boolean {
  if (isWithin(path, after)) return false;
  const [names, others] = [path.split("/"), after.split("/")];
  const at = names.findIndex((name, i) => name !== others[i]);
  return names[at]! < (others[at] ?? "");
}

async function checked(
  context: ScrubContext,
  { path, bytes }: StoreEntry,
  options: ScrubOptions,
): Promise<ScrubbedFile> {
  try {
    await using file = await context.store.open(path);
    if (file === null) return { path, bytes: 0, state: "changed" };
    const found = await check(context, file, options);
    if (found.state !== "damaged" || context.repair === undefined) return found;
    return await repaired(found, context.repair, options.signal);
  } catch (error) {
    options.signal?.throwIfAborted();
    return { path, bytes, state: "unreadable", error: asFtError(error, undefined, path) };
  }
}

/** A file that cannot be repaired is still a damaged one. */
async function repaired(
  found: ScrubbedFile,
  repair: NonNullable<ScrubContext["repair"]>,
  signal: AbortSignal | undefined,
): Promise<ScrubbedFile> {
  try {
    return await repair(found.path) ? { ...found, state: "repaired" } : found;
  } catch (error) {
    signal?.throwIfAborted();
    return { ...found, error: asFtError(error, undefined, found.path) };
  }
}

async function check(
  { cache, hasher }: ScrubContext,
  file: StoredFile,
  { rate, signal }: ScrubOptions,
): Promise<ScrubbedFile> {
  const { entry } = file;
  const { path, bytes, revision } = entry;
  const startedMs = Date.now();
  await cache.learn(entry, signal);
  const recorded = cache.get(path, revision)?.blocks ?? undefined;
  const digests = new DigestList();
  const indexes = Array(blockCount(bytes)).keys();
  const hashed = mapOrdered(indexes, BLOCKS_IN_FLIGHT, async (index) => {
    const block = new Uint8Array(blockLength(bytes, index));
    await rate?.take(block.length, signal);
    signal?.throwIfAborted();
    const read = await file.readAt(index * BLOCK_BYTES, block);
    return { index, ...await hasher.digest(block.subarray(0, read)) };
  });
  for await (const { index, digest } of hashed) digests.set(index, digest);
  if (!await file.unchanged()) return { path, bytes, state: "changed" };
  const found = digests.concat(blockCount(bytes));
  const root = rootOf(found, bytes);
  const expected = recorded?.root ?? cache.facts(path, revision)?.root;
  if (expected !== undefined && expected !== root) {
    return { path, bytes, state: "damaged", blocks: differing(recorded, found) };
  }
  if (recorded !== undefined) return { path, bytes, state: "intact" };
  const blocks = { digests: found, bytes, root, blockBytes: BLOCK_BYTES };
  cache.putBlocks(path, revision, blocks, isSettled(entry, startedMs));
  return { path, bytes, state: expected === undefined ? "recorded" : "intact" };
}

function differing(recorded: CachedBlocks | undefined, found: Uint8Array): number[] {
  const blocks: number[] = [];
  for (let at = 0; recorded !== undefined && at < found.length; at += DIGEST_BYTES) {
    const end = at + DIGEST_BYTES;
    if (!sameDigest(recorded.digests.subarray(at, end), found.subarray(at, end))) {
      blocks.push(at / DIGEST_BYTES);
    }
  }
  return blocks;
}
