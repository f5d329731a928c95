/**
 * The digests of the objects of a store, as objects beside them (see `DigestKeys`): the digests of all
 * blocks one after the other, and sums of the whole content as metadata. They are written behind the
 * requests of clients, and read when a server has none of its own.
 *
 * @module
 */

import * as v from "valibot";
import { KeyedLock } from "../base/keyed_lock.ts";
import { BLOCK_BYTES, DIGEST_OBJECTS_AT_ONCE, MAX_DIGEST_OBJECTS_WAITING } from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import { blockCount, DIGEST_BYTES, rootOf } from "../blocks/manifest.ts";
import type { FoundDigests, SharedDigests, SizedVersion } from "../storage/shared_digests.ts";
import type { Bucket } from "./bucket.ts";
import { type DigestedObject, DigestKeys, etagIn } from "./digest_key.ts";

const BYTES = "x-amz-meta-bytes";
const SHA256 = "x-amz-meta-sha256";
const MD5 = "x-amz-meta-md5";

/** Other tools can write here, too. */
const headersSchema = v.object({
  [BYTES]: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
  [SHA256]: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  [MD5]: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
});

/** The digests in one store. Disposing it waits for those that are being written. */
export class DigestObjects implements SharedDigests, AsyncDisposable {
  readonly keys: DigestKeys;
  readonly #bucket: Bucket;
  readonly #slots = new Semaphore(DIGEST_OBJECTS_AT_ONCE);
  readonly #names = new KeyedLock();
  readonly #waiting = new Set<Promise<void>>();

  /** @param reserved The beginning of the names of the server's own objects. */
  constructor(bucket: Bucket, reserved: string) {
    this.#bucket = bucket;
    this.keys = new DigestKeys(reserved);
  }

  /** See {@linkcode SharedDigests.find}. */
  async find(file: SizedVersion, signal?: AbortSignal): Promise<FoundDigests | null> {
    const key = this.#keyOf(file);
    if (key === null) return null;
    try {
      return await this.#read(key, file.bytes, signal);
    } catch {
      signal?.throwIfAborted();
      // A store that fails says so when the content is read.
      return null;
    }
  }

  async #read(
    key: string,
    bytes: number,
    signal: AbortSignal | undefined,
  ): Promise<FoundDigests | null> {
    const request = { method: "GET", key, accepted: [404], once: true, signal } as const;
    const { status, headers, response } = await this.#bucket.client.send(request);
    const length = Number(headers.get("content-length") ?? NaN);
    const wanted = blockCount(bytes) * DIGEST_BYTES;
    const facts = v.safeParse(headersSchema, Object.fromEntries(headers));
    const valid = status !== 404 && facts.success && facts.output[BYTES] === bytes &&
      (length === 0 || length === wanted);
    if (!valid) {
      await response.body?.cancel();
      return null;
    }
    const digests = await response.bytes();
    const { [SHA256]: sha256, [MD5]: md5 } = facts.output;
    const sums = { ...(sha256 && { sha256 }), ...(md5 && { md5 }) };
    if (digests.length !== wanted) return { blocks: null, sums };
    const blocks = { bytes, blockBytes: BLOCK_BYTES, digests, root: rootOf(digests, bytes) };
    return { blocks, sums };
  }

  /** See {@linkcode SharedDigests.put}. */
  put(file: SizedVersion, { blocks, sums }: FoundDigests): void {
    const key = this.#keyOf(file);
    if (key === null) return;
    const headers = new Headers([[BYTES, String(file.bytes)]]);
    if (sums.sha256 !== undefined) headers.set(SHA256, sums.sha256);
    if (sums.md5 !== undefined) headers.set(MD5, sums.md5);
    this.#behind(key, () => this.#bucket.put(key, blocks?.digests ?? "", { headers }));
  }

  /** Removes the digests of a version that is gone. Small files have none. */
  drop(object: DigestedObject, bytes: number): void {
    const key = bytes <= BLOCK_BYTES ? null : this.keys.of(object);
    if (key !== null) this.#behind(key, () => this.#bucket.remove(key));
  }

  /** Moves the digests of an object that was moved, if it has some. */
  move(from: DigestedObject, to: DigestedObject, bytes: number): void {
    const [source, target] = [this.keys.of(from), this.keys.of(to)];
    if (bytes <= BLOCK_BYTES || source === null || target === null || source === target) return;
    this.#behind(source, async () => {
      const found = await this.#bucket.find(source);
      if (found === null) return;
      await this.#bucket.copy(source, found, target);
      await this.#bucket.remove(source);
    });
  }

  #keyOf({ path, revision }: SizedVersion): string | null {
    const etag = etagIn(revision);
    return etag === null ? null : this.keys.of({ path, etag });
  }

  /** Does something for which no client waits, and which may fail. */
  #behind(key: string, work: () => Promise<unknown>): void {
    if (this.#waiting.size >= MAX_DIGEST_OBJECTS_WAITING) return;
    const done = this.#inTurn(key, work).catch(() => {}).finally(() => this.#waiting.delete(done));
    this.#waiting.add(done);
  }

  async #inTurn(key: string, work: () => Promise<unknown>): Promise<void> {
    // Digests are removed after they were written, and not meanwhile.
    using _alone = await this.#names.acquire(key);
    using _slot = await this.#slots.acquire();
    await work();
  }

  /** Waits for what is being written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#waiting);
  }
}
