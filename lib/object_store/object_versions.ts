/**
 * The versions of a store in a bucket: copies that the store makes of objects before they lose their
 * names. All servers of the bucket have the same versions, and none has an index.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import type { StoredFile, StoreEntry } from "../storage/store.ts";
import { parentOf, ROOT, type StorePath } from "../storage/store_path.ts";
import type {
  KeptVersion,
  StoreVersions,
  VersionCause,
  VersionFolder,
} from "../storage/store_versions.ts";
import type { Change } from "../storage/version_change.ts";
import type { KeepingOptions } from "../storage/version_policy.ts";
import type { Bucket, FoundObject } from "./bucket.ts";
import type { DigestObjects } from "./digest_objects.ts";
import { type LostObject, NOTHING_LOST } from "./lost_object.ts";
import { entryOf, isRestoredFrom, revisionOf } from "./object_facts.ts";
import type { KeptCopy, OpenObject } from "./object_file.ts";
import type { ObjectKeys } from "./object_key.ts";
import type { NamedObject } from "./object_reads.ts";
import { sourceOf, VersionKeys, type VersionObject } from "./version_object.ts";
import { VersionSweep } from "./version_sweep.ts";

/** The context of versions. */
export interface ObjectVersionsContext {
  readonly bucket: Bucket;
  readonly keys: ObjectKeys;
  readonly digests: DigestObjects;
  /** Opens an object for reading; `null` if there is none. */
  open(object: NamedObject): Promise<StoredFile | null>;
  /** Makes a version the file of its name. */
  restore(version: VersionObject, replace: boolean, change: Change): Promise<StoreEntry>;
}

/** See {@linkcode StoreVersions}. */
export class ObjectVersions implements StoreVersions {
  readonly #context: ObjectVersionsContext;
  readonly #options: KeepingOptions;
  readonly #names: VersionKeys;
  readonly #sweep: VersionSweep;

  constructor(context: ObjectVersionsContext, options: KeepingOptions) {
    this.#context = context;
    this.#options = options;
    const { bucket, keys } = context;
    this.#names = new VersionKeys(keys.prefix);
    this.#sweep = new VersionSweep({ bucket, keys: this.#names, reserved: keys.reserved }, options);
  }

  get keeps(): boolean {
    return this.#options.policy.versions > 0;
  }

  /**
   * Copies content that a name is about to lose. On a store that is full it is not kept.
   *
   * @param found The object; another version of it is a `conflict` (retryable).
   * @param restored The object of the version that gets the name, and so is none any more.
   */
  async keep(
    path: StorePath,
    found: FoundObject | null,
    cause: VersionCause,
    change: Change = {},
    restored?: string,
  ): Promise<LostObject> {
    if (found === null) return NOTHING_LOST;
    const version = this.#versionOf(path, found, cause, change);
    const dropped: LostObject = {
      // deno-lint-ignore require-await
      done: async (etag) => this.#dropDigests(path, found, etag),
      async undo() {},
    };
    if (version === null) return dropped;
    const all = await this.#objects(path);
    const source = sourceOf(revisionOf(found.facts));
    const rev = Math.max(Date.now(), (all[0]?.version.rev ?? 0) + 1);
    const key = this.#names.name({ ...version, rev }, source);
    const etag = key === null ? null : await this.#copy(path, found, key);
    if (key === null || etag === null) {
      this.#options.onNotKept?.(path, version.bytes);
      return dropped;
    }
    const own = all.filter((other) => other.key !== restored);
    const others = distinct(own).filter((other) => !isOf(other, found));
    const kept = new Set(others.slice(0, this.#options.policy.versions - 1));
    return {
      done: async (now) => {
        if (now !== found.facts.etag) this.#moveDigests(path, found, key, etag);
        this.#sweep.added(version.bytes);
        // A version too many is removed by the next loss of content, or by a sweep.
        await this.#quietly(this.#removeAll(own.filter((other) => !kept.has(other))));
      },
      undo: () => this.#quietly(this.#context.bucket.remove(key)),
    };
  }

  async #quietly(work: Promise<void>): Promise<void> {
    await work.catch((error) => this.#options.onFault?.(asFtError(error)));
  }

  #versionOf(
    path: StorePath,
    { facts }: FoundObject,
    cause: VersionCause,
    { by = "", root: next, damaged = false }: Change,
  ): Omit<KeptVersion, "rev"> | null {
    const { policy, digests, onNotKept } = this.#options;
    const { bytes, mtimeMs } = facts;
    if (policy.versions === 0) return null;
    // An empty file that gets its content has lost nothing.
    if (bytes === 0 && cause !== "removed") return null;
    const root = damaged ? undefined : digests?.rootOf(path, revisionOf(facts));
    if (root !== undefined && root === (typeof next === "function" ? next() : next)) return null;
    if (bytes > policy.bytes) {
      onNotKept?.(path, bytes);
      return null;
    }
    return { path, cause, atMs: Date.now(), by, bytes, mtimeMs, root };
  }

  /** @returns The entity tag of the copy; `null` if the store is full. */
  async #copy(path: StorePath, found: FoundObject, key: string): Promise<string | null> {
    const { bucket, keys } = this.#context;
    try {
      return await bucket.copy(keys.file(path), found, key, { name: path });
    } catch (error) {
      if (hasCode(error, "disk_full")) return null;
      throw error;
    }
  }

  #dropDigests(path: StorePath, { facts }: FoundObject, now: string | undefined): void {
    const { etag, bytes } = facts;
    if (now !== etag) this.#context.digests.drop({ path, etag }, bytes);
  }

  #moveDigests(path: StorePath, { facts }: FoundObject, key: string, etag: string): void {
    const to = this.#names.path(key);
    this.#context.digests.move({ path, etag: facts.etag }, { path: to, etag }, facts.bytes);
    this.#options.digests?.rename(path, entryOf(to, { ...facts, etag }));
  }

  /** The objects of a name, the newest first. */
  async #objects(path: StorePath): Promise<VersionObject[]> {
    const found: VersionObject[] = [];
    for await (const page of this.#context.bucket.pages({ prefix: this.#names.of(path) })) {
      for (const listed of page) {
        const object = this.#names.read(listed);
        if (object?.version.path === path) found.push(object);
      }
    }
    return found.sort((a, b) => b.version.rev - a.version.rev);
  }

  async of(path: StorePath): Promise<KeptVersion[]> {
    const { bucket, keys } = this.#context;
    const [objects, current] = await Promise.all([
      this.#objects(path),
      path === ROOT ? null : bucket.find(keys.file(path), path),
    ]);
    const gone = objects.filter((object) => current === null || !isOf(object, current));
    return distinct(gone).map(({ version }) => version);
  }

  /** The copy of content that has lost its name; `null` if none is kept. */
  async copyOf({ path, facts }: OpenObject): Promise<KeptCopy | null> {
    const source = sourceOf(revisionOf(facts));
    return (await this.#objects(path)).find((object) => object.source === source) ?? null;
  }

  async find(path: StorePath, rev: number): Promise<KeptVersion | null> {
    return (await this.of(path)).find((version) => version.rev === rev) ?? null;
  }

  async *newestIn(folder: StorePath): AsyncGenerator<KeptVersion> {
    const newest = new Map<StorePath, KeptVersion>();
    for await (const { version } of this.#below(folder)) {
      const { path, rev } = version;
      if (parentOf(path) === folder && rev > (newest.get(path)?.rev ?? 0)) {
        newest.set(path, version);
      }
    }
    yield* [...newest.values()].sort(byPath);
  }

  async *foldersIn(folder: StorePath): AsyncGenerator<VersionFolder> {
    const folders = new Map<string, { path: StorePath; atMs: number; names: Set<string> }>();
    const depth = folder === ROOT ? 0 : folder.split("/").length;
    for await (const { version: { path, atMs } } of this.#below(folder)) {
      const names = path.split("/");
      if (names.length === depth + 1) continue;
      const at = names.slice(0, depth + 1).join("/") as StorePath;
      const known = folders.get(at) ?? { path: at, atMs: 0, names: new Set() };
      known.names.add(path);
      folders.set(at, { ...known, atMs: Math.max(known.atMs, atMs) });
    }
    const found = [...folders.values()].sort(byPath);
    yield* found.map(({ path, atMs, names }) => ({ path, atMs, files: names.size }));
  }

  /** Every version in a folder and below it. */
  async *#below(folder: StorePath): AsyncGenerator<VersionObject> {
    const prefix = this.#names.below(folder);
    for await (const page of this.#context.bucket.pages({ prefix, flat: true })) {
      yield* page.map((listed) => this.#names.read(listed)).filter((object) => object !== null);
    }
  }

  async open(version: KeptVersion): Promise<StoredFile | null> {
    const object = await this.#object(version);
    if (object === null) return null;
    return await this.#context.open({ key: object.key, path: this.#names.path(object.key) });
  }

  async restore(version: KeptVersion, replace: boolean, change: Change = {}): Promise<StoreEntry> {
    const object = await this.#object(version);
    if (object === null) throw gone(version);
    const entry = await this.#context.restore(object, replace, { ...change, root: version.root });
    this.#options.digests?.rename(this.#names.path(object.key), entry);
    // The content has its name: a version beside it is one too many, and harmless.
    await this.#quietly(this.#removeAll([object]));
    return entry;
  }

  async forget(version: KeptVersion): Promise<void> {
    const object = await this.#object(version);
    if (object === null) throw gone(version);
    await this.#removeAll([object]);
  }

  /** See `StoreVersions.expire`. One of the servers does it. */
  expire(): Promise<void> {
    return this.#sweep.run();
  }

  async #object({ path, rev }: KeptVersion): Promise<VersionObject | null> {
    return (await this.#objects(path)).find(({ version }) => version.rev === rev) ?? null;
  }

  async #removeAll(objects: readonly VersionObject[]): Promise<void> {
    if (objects.length === 0) return;
    await this.#context.bucket.removeMany(objects.map(({ key }) => key));
    for (const { key, etag, version } of objects) {
      const path = this.#names.path(key);
      this.#context.digests.drop({ path, etag }, version.bytes);
      this.#options.digests?.forget(path);
    }
  }

  /** Waits for what is being removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sweep[Symbol.asyncDispose]();
  }
}

/**
 * Whether a version has the content of a file that has its name: it is about to lose it, or has just
 * got it back, or a server died meanwhile.
 */
function isOf({ key, source }: VersionObject, { facts, headers }: FoundObject): boolean {
  return source === sourceOf(revisionOf(facts)) || isRestoredFrom(headers, key);
}

/**
 * The first copy of each content that lost its name, the newest first: two servers may have copied it
 * before one of them took the name.
 */
function distinct(newestFirst: readonly VersionObject[]): readonly VersionObject[] {
  const bySource = new Map(newestFirst.map((object) => [object.source, object]));
  return [...bySource.values()];
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

function gone({ path, rev }: KeptVersion): FtError {
  return new FtError("not_found", `no version ${rev} is kept: ${path}`, { name: path });
}
