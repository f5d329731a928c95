/**
 * Gives content its name in an object store, in one step.
 *
 * @module
 */

import { FtError, hasCode, notFound } from "../base/errors.ts";
import { KeyedLock } from "../base/keyed_lock.ts";
import { MAX_KEEPING_TRIES } from "../base/limits.ts";
import { newFileBits } from "../storage/permission_bits.ts";
import type { PublishOptions, StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { Change } from "../storage/version_change.ts";
import { type Bucket, conditionHeaders, type FoundObject, type WriteCondition } from "./bucket.ts";
import { etagIn } from "./digest_key.ts";
import type { DigestObjects } from "./digest_objects.ts";
import { Multipart } from "./multipart.ts";
import {
  entryOf,
  factsOf,
  fileHeaders,
  type ObjectFacts,
  restoredHeaders,
  revisionOf,
} from "./object_facts.ts";
import type { ObjectKeys } from "./object_key.ts";
import type { StagedContent } from "./object_stage.ts";
import { exists, type Placing, STORE_MASK } from "./placing.ts";
import type { StoreAbilities } from "./abilities.ts";
import type { Claims } from "./claims.ts";
import type { ObjectVersions } from "./object_versions.ts";
import type { VersionObject } from "./version_object.ts";

/** The context of a publication. */
export interface PublishingContext {
  readonly bucket: Bucket;
  readonly keys: ObjectKeys;
  readonly placing: Placing;
  readonly abilities: StoreAbilities;
  readonly claims: Claims;
  readonly digests: DigestObjects;
  readonly versions: Pick<ObjectVersions, "keeps" | "keep">;
}

/** Metadata that a file is to have. */
interface WantedFacts {
  readonly mtimeMs: number;
  readonly mode: number;
}

/** Publishes files. */
export class Publishing {
  readonly #context: PublishingContext;
  /** Where the store itself does not decide between two writers, only one at a time writes a name. */
  readonly #names = new KeyedLock();

  constructor(context: PublishingContext) {
    this.#context = context;
  }

  /** Makes content the file at a path. @throws `conflict`, `disk_full`, `limit`. */
  async publish(
    path: StorePath,
    content: StagedContent,
    options: PublishOptions,
  ): Promise<StoreEntry> {
    using _alone = await this.#names.acquire(path);
    for (let tries = 1;; tries++) {
      try {
        return await this.#publish(path, content, options);
      } catch (error) {
        // Another server has replaced the content, and now its own is to be kept.
        const { replace, expected } = options;
        const again = this.#context.versions.keeps && replace && expected === undefined &&
          hasCode(error, "conflict") && error.retryable;
        if (!again || tries === MAX_KEEPING_TRIES) throw error;
      }
    }
  }

  async #publish(
    path: StorePath,
    content: StagedContent,
    options: PublishOptions,
  ): Promise<StoreEntry> {
    await using _claim = await this.#claim(path, content, options);
    const { placing, versions } = this.#context;
    const found = await placing.prepare(path, options);
    const facts = {
      mtimeMs: options.mtimeMs ?? Date.now(),
      mode: found?.facts.mode ?? newFileBits(options, STORE_MASK),
    };
    const condition = this.#condition(found, options);
    const lost = await versions.keep(path, found, "overwritten", options.change);
    try {
      const entry = "bytes" in content
        ? await this.#putWhole(path, content.bytes, facts, condition)
        : await this.#complete(path, content, facts, condition);
      await lost.done(etagIn(entry.revision) ?? undefined);
      return entry;
    } catch (error) {
      if (!hasCode(error, "conflict")) throw error;
      const now = await this.#context.bucket.find(this.#context.keys.file(path), path);
      if (sameObject(now, found)) await lost.undo();
      throw now !== null && !options.replace ? exists(path, error) : error;
    }
  }

  /**
   * Gives a version its name again.
   *
   * @param change The change, for the version that is kept of a replaced file.
   * @throws As {@linkcode publish}; `not_found` if the version has gone.
   */
  async restore(
    { key, version: { path } }: VersionObject,
    replace: boolean,
    change: Change,
  ): Promise<StoreEntry> {
    using _alone = await this.#names.acquire(path);
    const { bucket, keys, placing, versions, digests } = this.#context;
    const copied = await bucket.find(key, path);
    if (copied === null) throw notFound(path);
    const found = await placing.prepare(path, { replace });
    const lost = await versions.keep(path, found, "restored", change, key);
    const changed = restoredHeaders(copied.facts, key);
    const etag = await bucket.copy(key, copied, keys.file(path), { changed, name: path });
    await lost.done(etag);
    const { bytes, etag: before } = copied.facts;
    const source = key.slice(keys.prefix.length);
    digests.move({ path: source, etag: before }, { path, etag }, bytes);
    const { mode, version } = factsOf(changed, bytes);
    return entryOf(path, { ...copied.facts, etag, mode, version });
  }

  /** Claims the name if the store would not decide between two servers. */
  async #claim(
    path: StorePath,
    content: StagedContent,
    options: PublishOptions,
  ): Promise<AsyncDisposable | undefined> {
    const { claims, keys, abilities: { conditionalPut, conditionalComplete } } = this.#context;
    if ("bytes" in content || conditionalComplete || !conditionalPut) return undefined;
    if (!this.#isConditional(options)) return undefined;
    return await claims.take(keys.file(path), path);
  }

  /** Whether it depends on what has the name: only that was kept, or may be replaced. */
  #isConditional({ replace, expected }: PublishOptions): boolean {
    return !replace || expected !== undefined || this.#context.versions.keeps;
  }

  #condition(found: FoundObject | null, options: PublishOptions): WriteCondition {
    if (!this.#isConditional(options)) return undefined;
    return found === null ? { absent: true } : { etag: found.facts.etag };
  }

  async #putWhole(
    path: StorePath,
    bytes: Uint8Array<ArrayBuffer>,
    facts: WantedFacts,
    wanted: WriteCondition,
  ): Promise<StoreEntry> {
    const { bucket, keys, abilities, claims } = this.#context;
    const version = crypto.randomUUID();
    const headers = fileHeaders(facts.mtimeMs, facts.mode, version);
    const able = wanted !== undefined && "etag" in wanted
      ? abilities.conditionalReplace !== "no"
      : abilities.conditionalPut;
    const condition = able ? wanted : undefined;
    const key = keys.file(path);
    const etag = await bucket.put(key, bytes, { headers, condition, name: path })
      .catch((error) => this.#written(path, version, error));
    if (condition !== undefined && !abilities.conditionalComplete) {
      await claims.requireKept(key, { version, name: path });
    }
    return entryOf(path, factsWith({ ...facts, bytes: bytes.length, etag, version }));
  }

  async #complete(
    path: StorePath,
    { upload, etags, size }: Extract<StagedContent, { upload: unknown }>,
    facts: WantedFacts,
    wanted: WriteCondition,
  ): Promise<StoreEntry> {
    const { bucket, keys, abilities } = this.#context;
    const { key, id, version, ...begun } = upload;
    if (key !== keys.file(path)) throw otherName(path);
    const condition = abilities.conditionalComplete ? conditionHeaders(wanted) : undefined;
    const multipart = new Multipart(bucket.client, key, id, path);
    const etag = await multipart.complete(etags, condition)
      .catch((error) => this.#written(path, version, error));
    const done = factsWith({ ...begun, bytes: size, etag, version });
    const fits = begun.mtimeMs === facts.mtimeMs && begun.mode === facts.mode;
    return fits ? entryOf(path, done) : await this.setFacts(path, facts);
  }

  /**
   * Looks whether content was written by an attempt whose answer was lost, so that another attempt was
   * refused.
   *
   * @returns Its entity tag.
   * @throws The error, if it was not.
   */
  async #written(path: StorePath, version: string, error: unknown): Promise<string> {
    const { bucket, keys } = this.#context;
    const now = hasCode(error, "conflict") ? await bucket.find(keys.file(path), path) : null;
    if (now?.facts.version !== version) throw error;
    return now.facts.etag;
  }

  /** Sets metadata, which copies the object onto itself. */
  async setFacts(
    path: StorePath,
    wanted: Partial<WantedFacts>,
    found?: FoundObject,
  ): Promise<StoreEntry> {
    const { bucket, keys, digests } = this.#context;
    const key = keys.file(path);
    const current = found ?? await bucket.find(key, path);
    if (current === null) throw otherName(path);
    const { facts } = current;
    const mtimeMs = wanted.mtimeMs ?? facts.mtimeMs;
    const mode = wanted.mode ?? facts.mode ?? newFileBits({}, STORE_MASK);
    const version = crypto.randomUUID();
    const changed = fileHeaders(mtimeMs, mode, version);
    const etag = await bucket.copy(key, current, key, { changed, name: path });
    digests.move({ path, etag: facts.etag }, { path, etag }, facts.bytes);
    return entryOf(path, { ...facts, mtimeMs, mode, version, etag });
  }
}

function factsWith(facts: Omit<ObjectFacts, "writtenMs">): ObjectFacts {
  return { ...facts, writtenMs: 0 };
}

function sameObject(one: FoundObject | null, other: FoundObject | null): boolean {
  if (one === null || other === null) return one === other;
  return revisionOf(one.facts) === revisionOf(other.facts);
}

function otherName(path: StorePath): FtError {
  const message = `the upload of ${path} was begun for another name`;
  return new FtError("conflict", message, { name: path, retryable: true });
}
