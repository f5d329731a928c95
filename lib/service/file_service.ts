/**
 * The file service over a store, for one caller: permissions, leases, preconditions and digests.
 *
 * @module
 */

import { requirePermission } from "../auth/permission.ts";
import { Batched } from "../base/batched.ts";
import { FtError, notFound } from "../base/errors.ts";
import { MAX_LEASE_TTL_MS } from "../base/limits.ts";
import { blockCount } from "../blocks/manifest.ts";
import type { StoreEntry } from "../storage/store.ts";
import { type StorePath, storePath } from "../storage/store_path.ts";
import { readManyFrom, writeManyTo } from "./batches.ts";
import { CallerAccess } from "./caller_access.ts";
import { BlockSource } from "./block_source.ts";
import { closing, infoOf, withDigests, withLock } from "./file_info.ts";
import { firstPart } from "./first_bytes.ts";
import { fileSum } from "./file_sum.ts";
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
import type { ServiceCaller, ServiceContext } from "./service_context.ts";
import { ephemeralToken } from "./ephemeral_token.ts";
import { changeFacts } from "./changed_facts.ts";
import { knownRoots, manyFacts } from "./many_facts.ts";
import { requirePrecondition } from "./precondition.ts";
import { creatingAt } from "./path_changes.ts";
import { type Publisher, publishStaged } from "./publish_staged.ts";
import { Listing } from "./listing.ts";
import { requireRanges, requireRevision } from "./read_request.ts";
import { ReadableFiles } from "./readable_files.ts";
import { ReadAhead } from "./read_ahead.ts";
import { moveTo } from "./move.ts";
import { removeTree } from "./removed_tree.ts";
import { requireRoom } from "./quota_room.ts";
import type { QuotaHold } from "./quota_use.ts";
import { boundToken } from "./stages.ts";
import { StagedUpload } from "./staged_upload.ts";
import type { SourceReader } from "./source_reader.ts";

/** {@linkcode Files} over a {@linkcode Store}, acting for one caller. */
export class FileService implements Files {
  readonly #context: ServiceContext;
  readonly #caller: ServiceCaller;
  readonly #access: CallerAccess;
  readonly #readable: ReadableFiles;
  readonly #ahead = new ReadAhead();

  constructor(context: ServiceContext, caller: ServiceCaller) {
    this.#context = context;
    this.#caller = caller;
    this.#access = new CallerAccess(caller, context.leases);
    this.#readable = new ReadableFiles(context, caller.holder.source, this.#access);
  }

  async stat(path: string, { rev }: VersionOptions = {}): Promise<FileInfo> {
    const at = this.#access.permitted("list", path);
    if (rev !== undefined) return await this.#readable.versionInfo(at, rev);
    const entry = await this.#context.store.stat(at);
    if (entry === null) throw notFound(path);
    const readable = this.#caller.permission.allows("read", at);
    const info = readable ? this.#infoOf(entry) : infoOf(entry);
    return withLock(info, this.#context.leases.covering(at));
  }

  /** Facts with the digests that are known. */
  #infoOf(entry: StoreEntry, { fresh }: FreshOptions = {}): FileInfo {
    const { path, revision } = entry;
    return withDigests(infoOf(entry), fresh ? null : this.#context.cache.facts(path, revision));
  }

  list(dir: string, options: ListOptions = {}): AsyncIterable<FileInfo> {
    const { permission } = this.#caller;
    const mayRead = ({ path }: StoreEntry) => permission.allows("read", path);
    const { store, cache, leases } = this.#context;
    const roots = (files: readonly StoreEntry[]) => {
      const readable = permission.allowsBelow("read", storePath(dir));
      return knownRoots(cache, readable ? files : files.filter(mayRead));
    };
    const lock = (path: StorePath) => leases.covering(path);
    const listing = new Listing(store, permission, options, { roots, lock });
    return new Batched(listing.of(() => this.#access.permitted("list", dir)));
  }

  statMany(
    paths: readonly string[],
    { fresh = false, signal }: FreshOptions = {},
  ): AsyncIterable<BatchResult<FileInfo>> {
    const checked = (path: string) => this.#access.permitted("read", path);
    const open = (path: string) => this.#readable.open(path);
    return manyFacts(this.#context, { paths, fresh, checked, open }, this.#reader({ signal }));
  }

  async manifest(
    path: string,
    options: PartOptions & FreshOptions & VersionOptions = {},
  ): Promise<Manifest> {
    const reader = this.#reader(options);
    await using stack = new AsyncDisposableStack();
    // A request that waits for its place has no file open.
    const part = firstPart(await this.#readable.entry(path, options), options.bytes);
    stack.use(await this.#context.hashing.place(part, reader, options));
    const file = stack.use(await this.#readable.open(path, options));
    const source = new BlockSource(this.#context, file, reader, options);
    const owned = stack.move();
    return {
      info: { ...this.#infoOf(file.entry, options), path: storePath(path) },
      digests: source.digests(),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  }

  async read(
    path: string,
    ranges?: readonly BlockRange[],
    options: ReadOptions = {},
  ): Promise<Reading> {
    const file = await this.#readable.open(path, options);
    try {
      const count = blockCount(file.entry.bytes);
      const asked = ranges ?? [{ start: 0, end: count }];
      requireRevision(file.entry, options.revision);
      requireRanges(path, asked, count);
      await this.#context.hashing.versions.learn(file.entry, options.signal);
      const source = new BlockSource(this.#context, file, this.#reader(options));
      const blocks = source.blocks(asked, options.upTo);
      const info = { ...infoOf(file.entry), path: storePath(path) };
      return { info, blocks, ...closing(file) };
    } catch (error) {
      await file[Symbol.asyncDispose]();
      throw error;
    }
  }

  async stage(path: string, options: StageOptions = {}): Promise<Upload> {
    const at = this.#access.writable(path);
    const { precondition } = options;
    this.#access.requireComparable(at, precondition);
    const { store, quotas, fences, stages } = this.#context;
    let base = options.absent ? null : await store.open(at);
    try {
      await requirePrecondition(this.#context, at, base, this.#reader(options), precondition);
      if (base !== null) requirePermission(this.#caller.permission, "remove", at);
      else await this.#access.requireMayAdd(at, store);
      const lost = { bytes: base?.entry.bytes ?? 0 };
      const replaced = lost.bytes - quotas.kept(at, lost);
      const room = await quotas.tightest(this.#caller.permission.quotas(at), options.signal);
      const requireFits = (bytes: number) => requireRoom(at, room, bytes - replaced);
      requireFits(options.bytes ?? 0);
      // Digests would reveal the content of a file that the caller is not allowed to read.
      if (!this.#caller.permission.allows("read", at)) {
        await base?.[Symbol.asyncDispose]();
        base = null;
      }
      const { holder, permission } = this.#caller;
      const token = options.token === undefined
        ? ephemeralToken()
        : boundToken(holder, options.token);
      const stage = { token, path: at, holder: holder.source };
      // An earlier writer must not add to what this one is about to find.
      using stack = new DisposableStack();
      const fence = stack.use(await fences.claim(token, options.token === undefined));
      const staged = await stages.open(stage, () => permission.quotas(at), replaced, options);
      stack.move();
      return new StagedUpload({
        ...{ service: this.#context, path: at, holder: holder.source, staged, base, fence },
        ...{ options, requireFits },
        publish: (staged, root, signal) =>
          publishStaged(this.#context, this.#publisher(root, signal), at, staged, options),
      });
    } catch (error) {
      await base?.[Symbol.asyncDispose]();
      throw error;
    }
  }

  #publisher(root: string, signal: AbortSignal | undefined): Publisher {
    const lockQuotas = (paths: readonly StorePath[]) => this.#lockQuotas(paths, signal);
    const [access, change] = [this.#access, { by: this.#caller.holder.name, root }];
    return { access, change, reader: this.#reader({ signal }), lockQuotas, signal };
  }

  #lockQuotas(paths: readonly StorePath[], signal?: AbortSignal): Promise<QuotaHold> {
    const { quotas } = this.#context;
    return quotas.lock(paths, (at) => this.#caller.permission.quotas(at), signal);
  }

  readMany(paths: readonly string[], options?: CallOptions): AsyncIterable<BatchResult<SmallFile>> {
    const readable = (path: string) => this.#access.permitted("read", path);
    return new Batched(readManyFrom(this.#context, paths, readable, this.#reader(options)));
  }

  writeMany(
    files: readonly SmallFile[],
    options: CallOptions & { readonly precondition?: Precondition } = {},
  ): Promise<BatchResult<FileInfo>[]> {
    const kind = options.precondition?.kind ?? "absent";
    if (kind === "root") {
      return Promise.reject(new FtError("usage", "a batch cannot be conditional on a root"));
    }
    return writeManyTo(this.#context, files, {
      writable: (path) => this.#access.writable(path),
      requireWritable: async (at) => {
        await this.#access.requireMayAdd(at, this.#context.store);
        this.#access.requireWritable(at);
      },
      info: infoOf,
      by: this.#caller.holder.name,
      replace: (at) => this.#access.canReplace(at, options.precondition),
      lockQuotas: (paths) => this.#lockQuotas(paths, options.signal),
      signal: options.signal,
    });
  }

  async sum(path: string, algorithm: SumAlgorithm, options: CallOptions = {}): Promise<string> {
    const entry = await this.#readable.entry(path);
    return await fileSum(this.#context, entry, algorithm, this.#reader(options));
  }

  move(from: string, to: string, { replace, signal }: MoveOptions = {}): Promise<void> {
    const { permission } = this.#caller;
    const mover = {
      access: this.#access,
      by: this.#caller.holder.name,
      quotasOf: (path: StorePath) => permission.quotas(path),
      lockQuotas: (path: StorePath) => this.#lockQuotas([path], signal),
    };
    return moveTo(this.#context, mover, { from, to, replace, signal });
  }

  remove(path: string, options: RemoveOptions = {}): Promise<void> {
    const by = this.#caller.holder.name;
    return removeTree(this.#context, path, { ...options, access: this.#access, by });
  }

  async mkdir(
    path: string,
    options?: CallOptions & { readonly mode?: number | undefined },
  ): Promise<void> {
    const at = this.#access.creatable(path);
    const { store, trees } = this.#context;
    using _tree = await trees.share([at], options?.signal);
    await this.#access.requireMayAdd(at, store);
    await creatingAt(this.#context, at);
    await store.mkdir(at, options?.mode);
  }

  setFacts(path: string, options: FactOptions): Promise<FileInfo> {
    const target = {
      changeable: () => this.#access.changeable(path),
      open: () => this.#readable.open(path),
    };
    return changeFacts(this.#context, target, options, this.#reader(options));
  }

  async lease(path: string, options: { readonly ttlMs: number }): Promise<Lease> {
    const at = this.#access.permitted("write", path);
    this.#access.requireAllIn("write", at);
    const ttlMs = Math.min(Math.max(options.ttlMs, 1), MAX_LEASE_TTL_MS);
    const lease = await this.#access.lease(at, ttlMs);
    // The client gets wall-clock time; the lease itself uses a monotonic clock.
    return { path: at, holder: lease.holder.name, expiresAtMs: Date.now() + ttlMs };
  }

  async release(path: string, options?: { readonly force?: boolean }): Promise<void> {
    const at = this.#access.permitted("write", path);
    const { leases } = this.#context;
    await leases.changes.make(() => leases.release(at, this.#caller.holder, options));
  }

  #reader({ signal, verify }: ReadOptions = {}): SourceReader {
    return { holder: this.#caller.holder.source, ahead: this.#ahead, signal, verify };
  }
}
