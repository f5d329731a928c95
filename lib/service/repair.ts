/**
 * Repairs damaged files with blocks of versions of the same name.
 *
 * @module
 */

import { BLOCK_BYTES } from "../base/limits.ts";
import type { Hasher } from "../blocks/hasher.ts";
import {
  blockCount,
  blockLength,
  DIGEST_BYTES,
  DigestList,
  rootOf,
  sameDigest,
} from "../blocks/manifest.ts";
import type { DigestCache } from "../storage/digest_cache.ts";
import type { StagedFile, Store, StoredFile } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { StoreVersions } from "../storage/store_versions.ts";
import { ephemeralToken } from "./ephemeral_token.ts";

/** A store and its versions. */
export interface RepairContext {
  readonly store: Store;
  readonly versions: StoreVersions;
  readonly cache: DigestCache;
  readonly hasher: Hasher;
  /**
   * Waits until nobody else writes to a file; `undefined` if it must stay as it is for now.
   *
   * @default nobody else writes to the store
   */
  readonly alone?: (path: StorePath, signal?: AbortSignal) => Promise<Disposable | undefined>;
}

/**
 * Gives a file the content that its recorded digests promise, if every block of it can be found: in
 * the file itself or at the same place of a version. The new content is checked as a whole before
 * it takes the name; the damaged content becomes a version. Content that others write meanwhile stays.
 *
 * @returns Whether the file is whole now.
 * @throws The signal's reason, and errors of reading and writing.
 */
export async function repair(
  context: RepairContext,
  path: StorePath,
  signal?: AbortSignal,
): Promise<boolean> {
  const { store, cache } = context;
  await using file = await store.open(path);
  if (file === null) return false;
  const { bytes, revision, mtimeMs, executable, mode } = file.entry;
  const blocks = cache.get(path, revision)?.blocks ?? undefined;
  const root = blocks?.root ?? cache.facts(path, revision)?.root;
  // Without the digests of its blocks, only a file of a single block can be distinguished from a wrong one.
  if (root === undefined || (blocks === undefined && blockCount(bytes) > 1)) return false;
  await using sources = new Sources(context, path);
  await using staged = await store.stage(ephemeralToken(), path);
  const digests = new DigestList();
  let damaged = false;
  for (const index of Array(blockCount(bytes)).keys()) {
    signal?.throwIfAborted();
    const wanted = blocks?.digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
    const isWanted = (digest: Uint8Array) =>
      wanted === undefined ? rootOf(digest, bytes) === root : sameDigest(wanted, digest);
    const found = await sources.find(file, { bytes, index }, isWanted);
    if (found === undefined) return await givenUp(staged);
    damaged ||= found.from !== file;
    digests.set(index, found.digest);
    await staged.writeAt(index * BLOCK_BYTES, found.block);
  }
  const all = digests.concat(blockCount(bytes));
  if (rootOf(all, bytes) !== root) return await givenUp(staged);
  if (!damaged) {
    await staged.discard();
    return true;
  }
  await staged.sync();
  using alone = context.alone === undefined ? NOBODY_ELSE : await context.alone(path, signal);
  const isSame = (await store.stat(path))?.revision === revision && await file.unchanged();
  if (alone === undefined || !isSame) return await givenUp(staged);
  const as = { mtimeMs, executable, mode, change: { damaged: true } };
  const entry = await staged.publish(path, { replace: true, ...as });
  const content = { digests: all, bytes, root, blockBytes: BLOCK_BYTES };
  cache.putBlocks(path, entry.revision, content, true);
  return true;
}

const NOBODY_ELSE: Disposable = { [Symbol.dispose]: () => {} };

async function givenUp(staged: StagedFile): Promise<false> {
  await staged.discard();
  return false;
}

/** The place of a block in a file. */
interface Place {
  /** Size of the file in bytes. */
  readonly bytes: number;
  readonly index: number;
}

/** The versions of a name, each opened when it is needed. */
class Sources implements AsyncDisposable {
  readonly #context: RepairContext;
  readonly #path: StorePath;
  #opened: Promise<readonly StoredFile[]> | undefined;

  constructor(context: RepairContext, path: StorePath) {
    this.#context = context;
    this.#path = path;
  }

  /** Looks for a block in the file, then in its versions, the newest first. */
  async find(file: StoredFile, place: Place, isWanted: (digest: Uint8Array) => boolean) {
    const own = await this.#read(file, place);
    if (own !== undefined && isWanted(own.digest)) return own;
    for (const version of await (this.#opened ??= this.#open())) {
      const found = await this.#read(version, place);
      if (found !== undefined && isWanted(found.digest)) return found;
    }
    return undefined;
  }

  async #open(): Promise<readonly StoredFile[]> {
    const { versions } = this.#context;
    const kept = await versions.of(this.#path);
    const files = await Promise.all(kept.map((one) => versions.open(one)));
    return files.filter((file) => file !== null);
  }

  /** Reads a block of the length that the repaired file has there. */
  async #read(file: StoredFile, { bytes, index }: Place) {
    const block = new Uint8Array(blockLength(bytes, index));
    try {
      if (await file.readAt(index * BLOCK_BYTES, block) < block.length) return undefined;
    } catch {
      // A sector that cannot be read is damaged, too.
      return undefined;
    }
    return { block, digest: (await this.#context.hasher.digest(block)).digest, from: file };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of await this.#opened ?? []) await file[Symbol.asyncDispose]();
  }
}
