/**
 * A file service that logs transfers, changes and refusals, in the same way for every dialect.
 *
 * @module
 */

import { Batched, batchesOf } from "../base/batched.ts";
import { ErrorList } from "../base/error_list.ts";
import { FtError } from "../base/errors.ts";
import { BLOCK_BYTES } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import type {
  BatchResult,
  BlockRange,
  CallOptions,
  FactOptions,
  FileInfo,
  Files,
  FreshOptions,
  Lease,
  ListOptions,
  Manifest,
  MoveOptions,
  OnLeftOut,
  PartOptions,
  Precondition,
  Reading,
  ReadOptions,
  RemoveOptions,
  SmallFile,
  StageOptions,
  SumAlgorithm,
  Upload,
  VersionOptions,
} from "./files.ts";
import { storePath } from "../storage/store_path.ts";
import type { DoneEvent, FileOperation } from "./file_event.ts";
import { LanedReads } from "./laned_reads.ts";
import { lineOf, reportRefusal } from "./logged_refusal.ts";
import { LoggedUpload } from "./logged_upload.ts";
import type { Direction } from "./transfer_counts.ts";
import { type ReadTrack, tracked } from "./read_track.ts";
import { pace, type TransferAudience, TransferTrack } from "./transfer_track.ts";

/** {@linkcode Files} that log and count calls, and otherwise behave as the wrapped ones. */
export class LoggedFiles implements Files {
  readonly #files: Files;
  readonly #audience: TransferAudience;
  readonly #laned = new LanedReads();

  constructor(files: Files, audience: TransferAudience) {
    this.#files = files;
    this.#audience = audience;
  }

  /** Reports that the client has disconnected, which ends its transfers. */
  disconnected(reason: unknown): void {
    this.#laned.disconnected(reason);
  }

  stat(path: string, options?: VersionOptions): Promise<FileInfo> {
    return this.#loggingErrors("stat", path, this.#files.stat(path, options));
  }

  list(dir: string, options?: ListOptions): AsyncIterable<FileInfo> {
    return new Batched(this.#list(dir, options));
  }

  async *#list(dir: string, options?: ListOptions): AsyncGenerator<readonly FileInfo[]> {
    const leftOut = new ErrorList();
    const onLeftOut: OnLeftOut = (path, error) => {
      leftOut.add(asFtError(error, undefined, path));
      options?.onLeftOut?.(path, error);
    };
    try {
      yield* batchesOf(this.#files.list(dir, { ...options, onLeftOut }));
    } catch (error) {
      throw this.#refused("list", dir, error);
    } finally {
      const { size: entries, errors } = leftOut;
      const facts = { name: dir, entries, message: lineOf(errors) };
      if (entries > 0) this.#audience.log.info("list.left_out", facts);
    }
  }

  async *statMany(
    paths: readonly string[],
    options?: FreshOptions,
  ): AsyncGenerator<BatchResult<FileInfo>> {
    for await (const result of this.#files.statMany(paths, options)) {
      if ("error" in result) this.#refused("stat", result.path, result.error);
      yield result;
    }
  }

  manifest(
    path: string,
    options?: PartOptions & FreshOptions & VersionOptions,
  ): Promise<Manifest> {
    return this.#loggingErrors("get", path, this.#files.manifest(path, options));
  }

  async read(
    path: string,
    ranges?: readonly BlockRange[],
    options?: ReadOptions,
  ): Promise<Reading> {
    const reading = await this.#loggingErrors(
      "get",
      path,
      this.#files.read(path, ranges, options),
    );
    // A look whether the file can be opened is no transfer.
    if (ranges?.length === 0 && options?.partial) return reading;
    const track = this.#trackOf(reading.info, ranges, options);
    return {
      info: reading.info,
      blocks: tracked(reading, track),
      async [Symbol.asyncDispose]() {
        track.failed(stopped(options?.signal));
        await reading[Symbol.asyncDispose]();
      },
    };
  }

  #trackOf(
    { path, bytes }: FileInfo,
    ranges: readonly BlockRange[] | undefined,
    { transfer, partial }: ReadOptions = {},
  ): ReadTrack {
    const name = storePath(path);
    const facts = { op: "get", name, bytes: askedBytes(bytes, ranges), partial } as const;
    const begin = () => new TransferTrack(facts, this.#audience);
    const root = () => this.#rootOf(path);
    const laned = transfer === undefined
      ? undefined
      : this.#laned.begin({ id: `${transfer} ${path}`, bytes, ranges, track: begin, root });
    if (laned !== undefined) return laned;
    const track = begin();
    return {
      moved: (_, bytes) => track.moved(bytes),
      done: async () =>
        track.done({ bytes, root: ranges === undefined ? await root() : undefined }),
      failed: (error) => track.failed(error),
    };
  }

  /** The root of a file that was read, if it is known by now. */
  async #rootOf(path: string): Promise<string | undefined> {
    try {
      return (await this.#files.stat(path)).root;
    } catch {
      // The file was removed or cannot be listed; a log line must not fail the transfer.
      return undefined;
    }
  }

  async stage(path: string, options?: StageOptions): Promise<Upload> {
    const upload = await this.#loggingErrors("put", path, this.#files.stage(path, options));
    const facts = { op: "put", name: storePath(path), bytes: options?.bytes } as const;
    return new LoggedUpload(
      upload,
      new TransferTrack(facts, this.#audience),
      options?.bytes,
      () => stopped(options?.signal),
    );
  }

  readMany(paths: readonly string[], options?: CallOptions): AsyncIterable<BatchResult<SmallFile>> {
    return new Batched(this.#readMany(paths, options));
  }

  async *#readMany(
    paths: readonly string[],
    options?: CallOptions,
  ): AsyncGenerator<readonly BatchResult<SmallFile>[]> {
    const succeeded = this.#audience.unfinished?.begin();
    let started = performance.now();
    for await (const batch of batchesOf(this.#files.readMany(paths, options))) {
      for (const result of batch) this.#small("get", result, started);
      yield batch;
      started = performance.now();
    }
    succeeded?.();
  }

  async writeMany(
    files: readonly SmallFile[],
    options?: CallOptions & { readonly precondition?: Precondition },
  ): Promise<BatchResult<FileInfo>[]> {
    const succeeded = this.#audience.unfinished?.begin();
    const started = performance.now();
    const results = await this.#files.writeMany(files, options);
    succeeded?.();
    for (const result of results) this.#small("put", result, started);
    return results;
  }

  /** A small file of a batch is logged in one line. */
  #small(
    op: Direction,
    result: BatchResult<SmallFile | FileInfo>,
    startedMs: number,
  ): void {
    const { log, counts } = this.#audience;
    const transfer = counts.next();
    if ("error" in result) {
      counts.failed[op]++;
      this.#refused(op, result.path, result.error);
      return;
    }
    const content = result.value.bytes;
    const bytes = typeof content === "number" ? content : content.length;
    counts.completed(op);
    counts.moved(op, bytes);
    const spent = pace(bytes, performance.now() - startedMs);
    const name = storePath(result.path);
    log.info("transfer.end", { transfer, op, name, bytes, ...spent, result: "done" });
    const root = "root" in result.value ? result.value.root : undefined;
    this.#done({ op, name, bytes, root });
  }

  sum(path: string, algorithm: SumAlgorithm, options?: CallOptions): Promise<string> {
    return this.#loggingErrors("sum", path, this.#files.sum(path, algorithm, options));
  }

  async move(from: string, to: string, options?: MoveOptions): Promise<void> {
    await this.#loggingErrors("move", from, this.#files.move(from, to, options));
    const names = { name: storePath(from), to: storePath(to) };
    this.#audience.log.info("file.moved", names);
    this.#done({ op: "move", ...names });
  }

  async remove(path: string, options?: RemoveOptions): Promise<void> {
    await this.#loggingErrors("remove", path, this.#files.remove(path, options));
    const name = storePath(path);
    this.#audience.log.info("file.removed", { name, recursive: options?.recursive });
    this.#done({ op: "remove", name });
  }

  async mkdir(
    path: string,
    options?: CallOptions & { readonly mode?: number | undefined },
  ): Promise<void> {
    await this.#loggingErrors("mkdir", path, this.#files.mkdir(path, options));
    const name = storePath(path);
    this.#audience.log.info("folder.made", { name });
    this.#done({ op: "mkdir", name });
  }

  async setFacts(path: string, options: FactOptions): Promise<FileInfo> {
    const info = await this.#loggingErrors("change", path, this.#files.setFacts(path, options));
    const { mtimeMs, mode } = info;
    this.#audience.log.info("file.changed", { name: path, mtimeMs, mode: mode?.toString(8) });
    this.#done({ op: "change", name: storePath(path) });
    return info;
  }

  async lease(path: string, options: CallOptions & { readonly ttlMs: number }): Promise<Lease> {
    const lease = await this.#loggingErrors("lock", path, this.#files.lease(path, options));
    this.#done({ op: "lock", name: storePath(path) });
    return lease;
  }

  async release(
    path: string,
    options?: CallOptions & { readonly force?: boolean },
  ): Promise<void> {
    await this.#loggingErrors("unlock", path, this.#files.release(path, options));
    this.#done({ op: "unlock", name: storePath(path) });
  }

  #done(event: Omit<DoneEvent, "result">): void {
    this.#audience.observe?.({ ...event, result: "done" });
  }

  async #loggingErrors<T>(op: FileOperation, path: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw this.#refused(op, path, error);
    }
  }

  #refused(op: FileOperation, name: string, error: unknown): unknown {
    reportRefusal({ op, name, error: asFtError(error) }, this.#audience);
    return error;
  }
}

/** Why a transfer ended early. */
function stopped(signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? signal.reason : new FtError("interrupted", "stopped by the peer");
}

/** Content bytes in the given blocks of a file. */
function askedBytes(bytes: number, ranges: readonly BlockRange[] | undefined): number {
  const upTo = (block: number) => Math.min(block * BLOCK_BYTES, bytes);
  return ranges?.reduce((sum, { start, end }) => sum + upTo(end) - upTo(start), 0) ?? bytes;
}
