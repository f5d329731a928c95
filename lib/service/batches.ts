/**
 * Batches of small files: each is read whole or written atomically.
 *
 * @module
 */

import { asFtError } from "../base/os_errors.ts";
import { FtError, notFound } from "../base/errors.ts";
import { foldPath } from "../base/fold_case.ts";
import { BATCH_WIDTH, SMALL_FILE_BYTES } from "../base/limits.ts";
import { mapOrdered } from "../base/pipeline.ts";
import { smallFile, smallRoot } from "../blocks/small_file_digest.ts";
import type { SmallContent, Store, StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { ServiceContext } from "./service_context.ts";
import { changedWhileRead } from "./block_source.ts";
import { rememberRoot } from "./many_facts.ts";
import type { BatchResult, FileInfo, SmallFile } from "./files.ts";
import type { QuotaHold } from "./quota_use.ts";
import type { SourceReader } from "./source_reader.ts";

/** Reads small files, several at a time. Each result is a complete file or an error. */
export function readManyFrom(
  { store, hashing, cache }: Pick<ServiceContext, "store" | "hashing" | "cache">,
  paths: readonly string[],
  checked: (path: string) => StorePath,
  { holder, signal }: SourceReader,
): AsyncIterable<BatchResult<SmallFile>> {
  return mapOrdered(paths, BATCH_WIDTH, (path) =>
    settle(path, async () => {
      using _turn = await hashing.smallTurns.take(holder, signal);
      return await readWhole(store, cache, checked(path));
    }));
}

async function settle<T>(path: string, work: () => Promise<T>): Promise<BatchResult<T>> {
  try {
    return { path, value: await work() };
  } catch (error) {
    return { path, error: asFtError(error, undefined, path) };
  }
}

/** A `conflict` means that the file grew after it was listed; it can be read on its own. */
function tooLarge(name: string, code: "conflict" | "limit"): FtError {
  const retryable = code === "conflict";
  return new FtError(code, `too large for a batch: ${name}`, { name, retryable });
}

async function readWhole(
  store: Store,
  cache: ServiceContext["cache"],
  path: StorePath,
): Promise<SmallFile> {
  await using file = await store.open(path);
  if (file === null) throw notFound(path);
  const { bytes: size, mtimeMs, executable, mode } = file.entry;
  if (size > SMALL_FILE_BYTES) throw tooLarge(path, "conflict");
  const readMs = Date.now();
  const bytes = new Uint8Array(size);
  if (await file.readAt(0, bytes) !== size || !await file.unchanged()) throw changedWhileRead(path);
  const small = smallFile({ path, bytes, mtimeMs, executable, mode });
  rememberRoot(cache, file.entry, () => smallRoot(small), readMs);
  return small;
}

/** The operations of the service that a batch write uses. */
export interface BatchWrite {
  writable(path: string): StorePath;
  info(entry: StoreEntry): FileInfo;
  replace(at: StorePath): boolean;
  /** Locks the counts of the quotas until the batch is written. */
  lockQuotas(paths: readonly StorePath[]): Promise<QuotaHold>;
  readonly signal: AbortSignal | undefined;
}

/** A file that the caller is allowed to write. */
interface Sound extends SmallContent {
  readonly replace: boolean;
}

/** Writes small files, each atomically; all are durable when it returns. */
export async function writeManyTo(
  { store, commits, trees }: Pick<ServiceContext, "store" | "commits" | "trees">,
  files: readonly SmallFile[],
  batch: BatchWrite,
): Promise<BatchResult<FileInfo>[]> {
  const results = new Map<SmallFile, StoreEntry | Error>();
  const attempt = async <T>(file: SmallFile, work: () => T | Promise<T>) => {
    try {
      return await work();
    } catch (error) {
      results.set(file, asFtError(error, undefined, file.path));
      return undefined;
    }
  };
  const sound = new Map<SmallFile, Sound>();
  for (const file of files) {
    const content = await attempt(file, () => soundOf(file, batch));
    if (content !== undefined) sound.set(file, content);
  }
  const paths = [...new Set([...sound.values()].map(({ path }) => path))];
  using alone = new DisposableStack();
  alone.use(await trees.share(paths, batch.signal));
  // Locks are taken in sorted order, so that two batches cannot deadlock. A name that must be free
  // needs no lock, because it is claimed atomically.
  const replaced = [...sound.values()].filter(({ replace }) => replace).map(({ path }) => path);
  for (const path of [...new Set(replaced)].sort()) {
    alone.use(await commits.acquire(path, batch.signal));
  }
  const room = new BatchRoom(store, alone.use(await batch.lockQuotas(paths)));
  const taken = new Map<SmallFile, () => void>();
  for (const [file, content] of sound) {
    const giveBack = await attempt(file, () => {
      // A lease may have been taken while this waited.
      batch.writable(content.path);
      return room.take(content);
    });
    if (giveBack !== undefined) taken.set(file, giveBack);
  }
  try {
    batch.signal?.throwIfAborted();
    for (const replace of [true, false]) {
      const group = [...sound].filter(([file, content]) =>
        taken.has(file) && content.replace === replace
      );
      if (group.length === 0) continue;
      const written = await store.writeMany(group.map(([, content]) => content), replace);
      group.forEach(([file], i) => results.set(file, written[i]!));
    }
  } finally {
    for (const [file, giveBack] of taken) {
      if (!results.has(file) || results.get(file) instanceof Error) giveBack();
    }
  }
  return files.map((file) => {
    const { path } = file;
    const result = results.get(file)!;
    return result instanceof Error ? { path, error: result } : { path, value: batch.info(result) };
  });
}

function soundOf(file: SmallFile, batch: BatchWrite): Sound {
  if (file.bytes.length > SMALL_FILE_BYTES) throw tooLarge(file.path, "limit");
  const path = batch.writable(file.path);
  return { ...file, path, replace: batch.replace(path) };
}

/** Takes room for the files of a batch. */
class BatchRoom {
  readonly #store: Store;
  readonly #quotas: QuotaHold;
  readonly #credited = new Set<string>();

  constructor(store: Store, quotas: QuotaHold) {
    this.#store = store;
    this.#quotas = quotas;
  }

  /**
   * A replaced file frees its bytes once, however often the batch has its name, in any spelling that
   * a file system may take for the same.
   */
  async take({ path, bytes, replace }: Sound): Promise<() => void> {
    const name = foldPath(path);
    const credit = replace && this.#quotas.active && !this.#credited.has(name);
    this.#credited.add(name);
    const before = credit ? (await this.#store.stat(path))?.bytes ?? 0 : 0;
    return await this.#quotas.take(path, bytes.length - before);
  }
}
