/**
 * Batches of small files: each is read whole or written atomically.
 *
 * @module
 */

import { asFtError } from "../base/os_errors.ts";
import { FtError, notFound } from "../base/errors.ts";
import { foldPath } from "../base/fold_case.ts";
import { grouped } from "../base/grouped.ts";
import { MAX_SMALL_FILES_HASHING, SMALL_FILE_BYTES } from "../base/limits.ts";
import { smallFile, smallRoot } from "../blocks/small_file_digest.ts";
import type { SmallContent, Store, StoreEntry, WholeFile } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { ServiceContext } from "./service_context.ts";
import { changedWhileRead } from "./block_source.ts";
import { rememberRoot } from "./many_facts.ts";
import { creatingAt } from "./path_changes.ts";
import type { BatchResult, FileInfo, SmallFile } from "./files.ts";
import type { QuotaHold } from "./quota_use.ts";
import type { SourceReader } from "./source_reader.ts";

/** Reads small files, several in one turn. Each result is a complete file or an error. */
export async function* readManyFrom(
  { hashing, ...service }: Pick<ServiceContext, "store" | "hashing" | "cache">,
  paths: readonly string[],
  checked: (path: string) => StorePath,
  { holder, signal }: SourceReader,
): AsyncGenerator<readonly BatchResult<SmallFile>[]> {
  for (const group of grouped(paths, MAX_SMALL_FILES_HASHING, Infinity, () => 0)) {
    using turn = await hashing.groupTurns.take(holder, signal);
    const results = await readGroup(service, group, checked);
    turn[Symbol.dispose]();
    yield results;
  }
}

/** The parts of the service that read small files. */
type SmallReads = Pick<ServiceContext, "store" | "cache">;

async function readGroup(
  service: SmallReads,
  group: readonly string[],
  checked: (path: string) => StorePath,
): Promise<BatchResult<SmallFile>[]> {
  const sound = new Map<string, StorePath>();
  const results = new Map<string, BatchResult<SmallFile>>();
  const failed = (path: string, error: unknown) =>
    results.set(path, { path, error: asFtError(error, undefined, path) });
  for (const path of group) {
    try {
      sound.set(path, checked(path));
    } catch (error) {
      failed(path, error);
    }
  }
  const readMs = Date.now();
  const read = await service.store.readMany([...sound.values()], SMALL_FILE_BYTES);
  for (const [i, [path, at]] of [...sound].entries()) {
    try {
      const file = read[i];
      const value = file ? smallFileOf(service, file, readMs) : await readWhole(service, at);
      results.set(path, { path, value });
    } catch (error) {
      failed(path, error);
    }
  }
  return group.map((path) => results.get(path)!);
}

/** @param readMs When reading began, in milliseconds since 1970. */
function smallFileOf(
  { cache }: SmallReads,
  { entry, bytes }: WholeFile,
  readMs: number,
): SmallFile {
  const { path, mtimeMs, executable, mode } = entry;
  const small = smallFile({ path, bytes, mtimeMs, executable, mode });
  rememberRoot(cache, entry, () => smallRoot(small), readMs);
  return small;
}

/** A `conflict` means that the file grew after it was listed; it can be read on its own. */
function tooLarge(name: string, code: "conflict" | "limit"): FtError {
  const retryable = code === "conflict";
  return new FtError(code, `too large for a batch: ${name}`, { name, retryable });
}

async function readWhole(service: SmallReads, path: StorePath): Promise<SmallFile> {
  await using file = await service.store.open(path);
  if (file === null) throw notFound(path);
  const { bytes: size } = file.entry;
  if (size > SMALL_FILE_BYTES) throw tooLarge(path, "conflict");
  const readMs = Date.now();
  const bytes = new Uint8Array(size);
  if (await file.readAt(0, bytes) !== size || !await file.unchanged()) throw changedWhileRead(path);
  return smallFileOf(service, { entry: file.entry, bytes }, readMs);
}

/** The operations of the service that a batch write uses. */
export interface BatchWrite {
  writable(path: string): StorePath;
  requireWritable(at: StorePath): Promise<void>;
  info(entry: StoreEntry): FileInfo;
  /** The name of the writer. */
  readonly by: string;
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
  context: Pick<ServiceContext, "store" | "commits" | "trees" | "properties">,
  files: readonly SmallFile[],
  batch: BatchWrite,
): Promise<BatchResult<FileInfo>[]> {
  const { store, commits, trees } = context;
  const results = new Map<SmallFile, StoreEntry | Error>();
  const failed = (file: SmallFile, error: unknown) =>
    results.set(file, asFtError(error, undefined, file.path));
  const sound = new Map<SmallFile, Sound>();
  for (const file of files) {
    try {
      sound.set(file, soundOf(file, batch));
    } catch (error) {
      failed(file, error);
    }
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
    try {
      // A lease may have been taken while this waited.
      await batch.requireWritable(content.path);
      await creatingAt(context, content.path);
      taken.set(file, room.limited ? await room.take(content) : () => {});
    } catch (error) {
      failed(file, error);
    }
  }
  try {
    batch.signal?.throwIfAborted();
    for (const replace of [true, false]) {
      const group = [...sound].filter(([file, content]) =>
        taken.has(file) && content.replace === replace
      );
      if (group.length === 0) continue;
      const written = await store.writeMany(group.map(([, content]) => content), replace, batch.by);
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
  return { ...file, path, replace: batch.replace(path), root: () => smallRoot(file) };
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

  /** Whether there is any quota. */
  get limited(): boolean {
    return this.#quotas.active;
  }

  /**
   * A replaced file frees its bytes once, however often the batch has its name, in any spelling that
   * a file system may take for the same.
   */
  async take({ path, bytes, replace }: Sound): Promise<() => void> {
    const name = foldPath(path);
    const credit = replace && this.limited && !this.#credited.has(name);
    this.#credited.add(name);
    const before = credit ? (await this.#store.stat(path))?.bytes ?? 0 : 0;
    return await this.#quotas.take(path, bytes.length - before, { bytes: before });
  }
}
