/**
 * Facts about many files, with the roots of their content.
 *
 * @module
 */

import { FtError, notFound } from "../base/errors.ts";
import { BLOCK_BYTES } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import { blockDigest, RootHasher, rootOf } from "../blocks/manifest.ts";
import { isSettled, type StoredFile, type StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { BlockSource, changedWhileRead } from "./block_source.ts";
import { infoOf } from "./file_info.ts";
import type { BatchResult, FileInfo } from "./files.ts";
import type { ServiceContext } from "./service_context.ts";
import type { SourceReader } from "./source_reader.ts";

/** A request for facts. */
export interface ManyFacts {
  readonly paths: readonly string[];
  /** Whether remembered digests are not used. */
  readonly fresh: boolean;
  /** Checks a path. @throws `not_allowed`. */
  checked(path: string): StorePath;
  /** Opens a file. */
  open(path: string): Promise<StoredFile>;
}

/**
 * Looks up files. Roots that are not known are computed, and remembered.
 *
 * @throws `limit` if the reader has too much hashing under way, the signal's reason.
 */
export async function* manyFacts(
  context: ServiceContext,
  request: ManyFacts,
  reader: SourceReader,
): AsyncGenerator<BatchResult<FileInfo>> {
  const entries = new Map<string, StoreEntry | FtError>();
  for (const path of request.paths) {
    entries.set(path, await entryAt(context, request, path));
  }
  const isFound = (entry: StoreEntry | FtError) => !(entry instanceof FtError);
  const found = [...entries.values()].filter(isFound) as StoreEntry[];
  const known = knownRoots(context.cache, request.fresh ? [] : found);
  using hashing = new DisposableStack();
  let hasPlace = false;
  for (const [path, entry] of entries) {
    reader.signal?.throwIfAborted();
    const root = entry instanceof FtError || request.fresh
      ? undefined
      : known.get(entry.path) ?? await learnedRoot(context.cache, entry, reader.signal);
    if (entry instanceof FtError) yield { path, error: entry };
    else if (entry.type === "dir") yield { path, value: infoOf(entry) };
    else if (root !== undefined) yield { path, value: { ...infoOf(entry), root } };
    else {
      if (!hasPlace) hashing.use(await context.hashing.places.take(reader.holder, reader.signal));
      hasPlace = true;
      yield await hashed(context, request, path, reader);
    }
  }
}

/** Returns the roots that are known, by path. */
export function knownRoots(
  cache: ServiceContext["cache"],
  files: readonly StoreEntry[],
): Map<string, string> {
  const found = new Map<string, string>();
  const roots = cache.roots(files);
  roots.forEach((root, i) => root !== undefined && found.set(files[i]!.path, root));
  return found;
}

/** The root that another server of the store has computed, if it is worth asking for. */
async function learnedRoot(
  cache: ServiceContext["cache"],
  entry: StoreEntry,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (entry.bytes <= BLOCK_BYTES) return undefined;
  await cache.learn(entry, signal);
  return cache.facts(entry.path, entry.revision)?.root;
}

async function entryAt(
  { store }: ServiceContext,
  { checked }: ManyFacts,
  path: string,
): Promise<StoreEntry | FtError> {
  try {
    return await store.stat(checked(path)) ?? notFound(path);
  } catch (error) {
    return asFtError(error, undefined, path);
  }
}

async function hashed(
  context: ServiceContext,
  { open }: ManyFacts,
  path: string,
  reader: SourceReader,
): Promise<BatchResult<FileInfo>> {
  try {
    const small = await rootOfBlock(context, () => open(path), reader);
    if (small !== null) return { path, value: small };
    await using file = await open(path);
    return {
      path,
      value: { ...infoOf(file.entry), root: await rootOfBlocks(context, file, reader) },
    };
  } catch (error) {
    reader.signal?.throwIfAborted();
    return { path, error: asFtError(error, undefined, path) };
  }
}

/** Reads a file of one block at most, in its turn. @returns `null` for a larger one. */
async function rootOfBlock(
  { hashing, buffers, cache }: ServiceContext,
  open: () => Promise<StoredFile>,
  { holder, signal }: SourceReader,
): Promise<FileInfo | null> {
  // A request that waits for its turn has no file open.
  using _turn = await hashing.smallTurns.take(holder, signal);
  await using file = await open();
  const { entry } = file;
  if (entry.bytes > BLOCK_BYTES) return null;
  const readMs = Date.now();
  const bytes = buffers.take(entry.bytes);
  if (await file.readAt(0, bytes) !== entry.bytes || !await file.unchanged()) {
    throw changedWhileRead(entry.path);
  }
  const root = rootOf(entry.bytes === 0 ? new Uint8Array() : blockDigest(bytes), entry.bytes);
  buffers.give(bytes);
  rememberRoot(cache, entry, () => root, readMs);
  return { ...infoOf(entry), root };
}

/** Hashes all blocks: digests that are known may not be settled. */
async function rootOfBlocks(
  context: ServiceContext,
  file: StoredFile,
  reader: SourceReader,
): Promise<string> {
  const root = new RootHasher();
  const source = new BlockSource(context, file, reader, { fresh: true });
  for await (const digests of source.digests()) root.add(digests);
  return root.finish(file.entry.bytes);
}

/** Remembers the root of a version that was read, unless it may still change unnoticed. */
export function rememberRoot(
  cache: ServiceContext["cache"],
  entry: StoreEntry,
  rootOf: () => string,
  readMs: number,
): void {
  const { path, revision } = entry;
  if (isSettled(entry, readMs)) cache.putRoot({ path, revision, root: rootOf() });
}
