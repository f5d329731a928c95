/**
 * Gives content its name in an object store, in one step.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import { KeyedLock } from "../base/keyed_lock.ts";
import { newFileBits } from "../storage/permission_bits.ts";
import type { PublishOptions, StoreEntry } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { type Bucket, conditionHeaders, type FoundObject, type WriteCondition } from "./bucket.ts";
import { etagIn } from "./digest_key.ts";
import type { DigestObjects } from "./digest_objects.ts";
import { Multipart } from "./multipart.ts";
import { entryOf, fileHeaders, type ObjectFacts } from "./object_facts.ts";
import type { ObjectKeys } from "./object_key.ts";
import type { StagedContent } from "./object_stage.ts";
import { exists, type Placing, STORE_MASK } from "./placing.ts";
import type { StoreAbilities } from "./abilities.ts";
import type { Claims } from "./claims.ts";

/** The context of a publication. */
export interface PublishingContext {
  readonly bucket: Bucket;
  readonly keys: ObjectKeys;
  readonly placing: Placing;
  readonly abilities: StoreAbilities;
  readonly claims: Claims;
  readonly digests: DigestObjects;
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
    await using _claim = await this.#claim(path, content, options);
    const { placing } = this.#context;
    const found = await placing.prepare(path, options);
    const facts = {
      mtimeMs: options.mtimeMs ?? Date.now(),
      mode: found?.facts.mode ?? newFileBits(options, STORE_MASK),
    };
    const condition = this.#condition(found, options);
    try {
      const entry = "bytes" in content
        ? await this.#putWhole(path, content.bytes, facts, condition)
        : await this.#complete(path, content, facts, condition);
      if (found !== null) this.#dropDigests(path, found.facts, entry);
      return entry;
    } catch (error) {
      const taken = !options.replace && hasCode(error, "conflict") &&
        await this.#context.bucket.find(this.#context.keys.file(path), path) !== null;
      throw taken ? exists(path, error) : error;
    }
  }

  /** Removes the digests of content that was replaced. */
  #dropDigests(path: StorePath, { etag, bytes }: ObjectFacts, { revision }: StoreEntry): void {
    if (etagIn(revision) !== etag) this.#context.digests.drop({ path, etag }, bytes);
  }

  /** Claims the name if the store would not decide between two servers. */
  async #claim(
    path: StorePath,
    content: StagedContent,
    { replace, expected }: PublishOptions,
  ): Promise<AsyncDisposable | undefined> {
    const { claims, keys, abilities: { conditionalPut, conditionalComplete } } = this.#context;
    if ("bytes" in content || conditionalComplete || !conditionalPut) return undefined;
    if (replace && expected === undefined) return undefined;
    return await claims.take(keys.file(path), path);
  }

  #condition(
    found: FoundObject | null,
    { replace, expected }: PublishOptions,
  ): WriteCondition {
    if (!replace) return { absent: true };
    return found === null || expected === undefined ? undefined : { etag: found.facts.etag };
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
    const etag = await bucket.put(key, bytes, { headers, condition, name: path });
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
    const etag = await multipart.complete(etags, condition);
    const done = factsWith({ ...begun, bytes: size, etag, version });
    const fits = begun.mtimeMs === facts.mtimeMs && begun.mode === facts.mode;
    return fits ? entryOf(path, done) : await this.setFacts(path, facts);
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

function otherName(path: StorePath): FtError {
  const message = `the upload of ${path} was begun for another name`;
  return new FtError("conflict", message, { name: path, retryable: true });
}
