/**
 * A store in a bucket of an object store (S3). A file is one object under its own path, so that other
 * S3 tools can use the bucket, too.
 *
 * @module
 */

import { Batched } from "../base/batched.ts";
import { FtError, notFound } from "../base/errors.ts";
import { MAX_PARTS_SENDING, OBJECT_LOOKS_AHEAD } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import { mapOrdered } from "../base/pipeline.ts";
import { Semaphore } from "../base/semaphore.ts";
import { equalFileBits, newFileBits } from "../storage/permission_bits.ts";
import {
  type FileFacts,
  isStageToken,
  type SmallContent,
  type StagedFile,
  type StageFacts,
  type Store,
  type StoredFile,
  type StoreEntry,
  type WholeFile,
} from "../storage/store.ts";
import { ROOT, type StorePath, storePath } from "../storage/store_path.ts";
import type { Change } from "../storage/version_change.ts";
import { DEFAULT_VERSION_POLICY, type KeepingOptions } from "../storage/version_policy.ts";
import { probeAbilities, type StoreAbilities } from "./abilities.ts";
import { Bucket } from "./bucket.ts";
import { Claims } from "./claims.ts";
import { DigestObjects } from "./digest_objects.ts";
import type { SweepContext } from "./digest_sweep.ts";
import { listFolder } from "./folder_listing.ts";
import { KnownFacts } from "./known_facts.ts";
import { Moving } from "./moving.ts";
import { Multipart } from "./multipart.ts";
import { entryOf, fileHeaders, folderEntry, revisionOf } from "./object_facts.ts";
import { ObjectKeys } from "./object_key.ts";
import { ObjectReads } from "./object_reads.ts";
import { ObjectStage } from "./object_stage.ts";
import { ObjectVersions } from "./object_versions.ts";
import { Placing, STORE_MASK } from "./placing.ts";
import { Publishing } from "./publishing.ts";
import { S3Client } from "./s3_client.ts";
import { StageRecord, type StageUpload } from "./stage_record.ts";
import { StagedParts } from "./staged_parts.ts";
import type { StoreCredentials, StorePlace } from "./store_url.ts";

/** A store in a bucket. */
export class ObjectStore implements Store {
  readonly client: S3Client;
  /** The decisions that the store takes by itself. */
  readonly abilities: StoreAbilities;
  /** Digests that all servers of the store share. */
  readonly digests: DigestObjects;
  /** Content that has lost its name. */
  readonly versions: ObjectVersions;
  readonly #bucket: Bucket;
  readonly #reads: ObjectReads;
  readonly #keys: ObjectKeys;
  readonly #placing: Placing;
  readonly #claims: Claims;
  readonly #publishing: Publishing;
  readonly #moving: Moving;
  readonly #known = new KnownFacts();
  readonly #slots = new Semaphore(MAX_PARTS_SENDING);
  readonly #staged = new Map<string, ObjectStage>();

  private constructor(
    client: S3Client,
    keys: ObjectKeys,
    abilities: StoreAbilities,
    keeping: KeepingOptions,
  ) {
    this.client = client;
    this.abilities = abilities;
    this.#keys = keys;
    const bareTags = abilities.conditionalReplace === "bare";
    const bucket = this.#bucket = new Bucket(client, bareTags);
    this.#reads = new ObjectReads(bucket, (object) => this.versions.copyOf(object));
    const placing = this.#placing = new Placing(bucket, keys);
    const digests = this.digests = new DigestObjects(bucket, keys.reserved);
    this.#claims = new Claims(bucket, `${keys.reserved}claims/`);
    const versions = this.versions = new ObjectVersions({
      ...{ bucket, keys, digests },
      open: (object) => this.#reads.open(object),
      restore: (version, replace, change) => this.#publishing.restore(version, replace, change),
    }, keeping);
    this.#publishing = new Publishing({
      ...{ bucket, keys, placing, abilities, digests, versions },
      claims: this.#claims,
    });
    this.#moving = new Moving(this, { bucket, keys, placing, digests, versions });
  }

  /** See {@linkcode SweepContext}. */
  get sweepContext(): SweepContext {
    return { bucket: this.#bucket, keys: this.#keys, digests: this.digests.keys };
  }

  /**
   * Opens a store, and tries out what it can do.
   *
   * @param keeping How it keeps versions. @default it keeps none
   * @throws `not_allowed` for wrong credentials, `not_found` without the bucket, `network` if it does
   *   not answer.
   */
  static async open(
    place: StorePlace,
    credentials: StoreCredentials,
    keeping: KeepingOptions = { policy: { ...DEFAULT_VERSION_POLICY, versions: 0 } },
  ): Promise<ObjectStore> {
    await using stack = new AsyncDisposableStack();
    const client = stack.use(new S3Client(place, credentials, undefined, true));
    const keys = new ObjectKeys(place.prefix);
    const probe = `${keys.reserved}probe-${crypto.randomUUID()}`;
    const abilities = await probeAbilities(client, probe);
    stack.move();
    return new ObjectStore(client, keys, abilities, keeping);
  }

  /** See {@linkcode Store.stat}. */
  async stat(path: StorePath): Promise<StoreEntry | null> {
    if (path === ROOT) return folderEntry(ROOT);
    const found = await this.#bucket.find(this.#keys.file(path), path);
    if (found !== null) return entryOf(path, found.facts);
    const key = this.#keys.folder(path);
    const [first] = await this.#bucket.first(key, 1);
    if (first === undefined) return null;
    const marker = first.key === key ? await this.#bucket.find(key, path) : null;
    return folderEntry(path, marker?.facts);
  }

  /** See {@linkcode Store.list}. */
  list(
    dir: StorePath,
    signal?: AbortSignal,
    leftOut: (error: FtError) => void = requireKnown,
    namesOnly = false,
  ): AsyncIterable<StoreEntry> {
    const context = { bucket: this.#bucket, keys: this.#keys, known: this.#known };
    return new Batched(listFolder(context, { dir, signal, leftOut, namesOnly }));
  }

  /** See {@linkcode Store.open}. */
  async open(path: StorePath): Promise<StoredFile | null> {
    const file = path === ROOT
      ? null
      : await this.#reads.open({ key: this.#keys.file(path), path });
    if (file !== null) return file;
    if ((await this.stat(path))?.type !== "dir") return null;
    throw new FtError("usage", `it is a folder: ${path}`, { name: path });
  }

  /** See {@linkcode Store.readMany}. */
  readMany(paths: readonly StorePath[], maxBytes: number): Promise<(WholeFile | null)[]> {
    return this.#reads.many(paths.map((path) => ({ key: this.#keys.file(path), path })), maxBytes);
  }

  /** See {@linkcode Store.stage}. */
  async stage(token: string, name = token, facts: StageFacts = {}): Promise<StagedFile> {
    if (!isStageToken(token)) throw new FtError("usage", "Cannot stage: the token is malformed");
    for (let old; (old = this.#staged.get(token)) !== undefined;) await old.supersede();
    const path = storePath(name);
    const key = this.#keys.file(path);
    const bucket = this.#bucket;
    const record = new StageRecord(bucket, this.#stagePrefix(token));
    let stored = await record.load();
    if (name !== token && stored.upload !== null && stored.upload.key !== key) {
      // It was for another name, and nothing of it can be moved.
      const { key, id } = stored.upload;
      await new Multipart(this.client, key, id).abort();
      await record.clear();
      stored = await record.load();
    }
    const begin = () => this.#begin(path, record, facts);
    const { summed = false } = facts;
    const context = { bucket, record, slots: this.#slots, begin, name, summed };
    const parts = new StagedParts(context, stored);
    const stage: ObjectStage = new ObjectStage({
      ...{ token, name, parts, record },
      publish: (path, content, options) => this.#publishing.publish(path, content, options),
      onEnd: () => {
        if (this.#staged.get(token) === stage) this.#staged.delete(token);
      },
    });
    this.#staged.set(token, stage);
    return stage;
  }

  #stagePrefix(token = ""): string {
    return `${this.#keys.reserved}stages/${token}${token === "" ? "" : "/"}`;
  }

  async #begin(path: StorePath, record: StageRecord, facts: StageFacts): Promise<StageUpload> {
    const key = this.#keys.file(path);
    const there = await this.#bucket.find(key, path);
    const mode = there?.facts.mode ?? newFileBits(facts, STORE_MASK);
    const { mtimeMs = Date.now() } = facts;
    const version = crypto.randomUUID();
    const headers = Object.fromEntries(fileHeaders(mtimeMs, mode, version));
    const { id } = await Multipart.begin(this.client, key, headers, path);
    const upload = { key, id, mtimeMs, mode, version };
    await record.putUpload(upload);
    return upload;
  }

  /** See {@linkcode Store.writeMany}. */
  async writeMany(
    files: readonly SmallContent[],
    replace: boolean,
    by?: string,
  ): Promise<(StoreEntry | Error)[]> {
    const write = async (
      { path, bytes, root, ...facts }: SmallContent,
    ): Promise<StoreEntry | Error> => {
      try {
        const content = { bytes: bytes as Uint8Array<ArrayBuffer> };
        const change = { by, root };
        return await this.#publishing.publish(path, content, { ...facts, replace, change });
      } catch (error) {
        return asFtError(error, undefined, path);
      }
    };
    return await Array.fromAsync(mapOrdered(files, OBJECT_LOOKS_AHEAD, write));
  }

  /** See {@linkcode Store.staged}. */
  async *staged(): AsyncGenerator<{ readonly token: string; readonly mtimeMs: number }> {
    const prefix = this.#stagePrefix();
    const written = new Map<string, number>();
    for await (const page of this.#bucket.pages({ prefix, flat: true })) {
      for (const { key, object } of page) {
        const [token = ""] = key.slice(prefix.length).split("/");
        written.set(token, Math.max(written.get(token) ?? 0, object?.writtenMs ?? 0));
      }
    }
    for (const [token, mtimeMs] of written) if (isStageToken(token)) yield { token, mtimeMs };
    for (const token of this.#staged.keys()) {
      if (!written.has(token)) yield { token, mtimeMs: Date.now() };
    }
  }

  /**
   * Discards uploads in parts that nobody has completed, and claims of long ago.
   *
   * @param ageMs How long ago they were begun, at least, in milliseconds.
   * @returns How many uploads.
   */
  async abortUnfinished(ageMs: number): Promise<number> {
    await this.#claims.removeOld();
    let count = 0;
    for await (const { key, id, begunMs } of Multipart.unfinished(this.client, this.#keys.prefix)) {
      if (Date.now() - begunMs < ageMs) continue;
      await new Multipart(this.client, key, id).abort();
      count++;
    }
    return count;
  }

  /** See {@linkcode Store.move}. */
  move(from: StorePath, to: StorePath, replace = false, change?: Change): Promise<void> {
    return this.#moving.move(from, to, replace, change);
  }

  /** See {@linkcode Store.remove}. */
  remove(path: StorePath, change?: Change): Promise<void> {
    return this.#moving.remove(path, change);
  }

  /** See {@linkcode Store.mkdir}. */
  async mkdir(path: StorePath, mode?: number): Promise<void> {
    await this.#placing.makeFolder(path, mode);
  }

  /** See {@linkcode Store.setFacts}. */
  async setFacts(path: StorePath, revision: string, facts: FileFacts): Promise<StoreEntry> {
    const found = await this.#bucket.find(this.#keys.file(path), path);
    if (found === null) throw notFound(path);
    if (revisionOf(found.facts) !== revision) {
      throw new FtError("conflict", `changed meanwhile: ${path}`, { name: path, retryable: true });
    }
    const { mtimeMs } = facts;
    const mode = equalFileBits(found.facts.mode ?? 0o644, facts, STORE_MASK);
    return await this.#publishing.setFacts(path, { mtimeMs, mode }, found);
  }

  /** Closes the staged files, which can be resumed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await using _client = this.client;
    await using _digests = this.digests;
    await using _versions = this.versions;
    await Promise.all([...this.#staged.values()].map((stage) => stage[Symbol.asyncDispose]()));
  }
}

function requireKnown(error: FtError): void {
  if (error.code !== "not_allowed" && error.code !== "conflict") throw error;
}
