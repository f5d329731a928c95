/**
 * A file of an object store that is open for reading: always the version that was opened.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import { BLOCK_BYTES, OBJECT_READ_BYTES } from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import type { StoredFile, StoreEntry } from "../storage/store.ts";
import type { Bucket } from "./bucket.ts";
import { entryOf, type ObjectFacts, revisionOf } from "./object_facts.ts";
import { ObjectStream } from "./object_stream.ts";
import type { StoreRequest } from "./s3_client.ts";
import type { StorePath } from "../storage/store_path.ts";

/** An open object. */
export interface OpenObject {
  readonly path: StorePath;
  readonly key: string;
  readonly facts: ObjectFacts;
  /** Its first bytes. */
  readonly first: Uint8Array;
}

/** Where the content of an object is after it has lost its name. */
export interface KeptCopy {
  readonly key: string;
  readonly etag: string;
}

/** Looks for a copy of an object that was replaced or removed; `null` if none is kept. */
export type FindCopy = (object: OpenObject) => Promise<KeptCopy | null>;

/** An open file. */
export class ObjectFile implements StoredFile {
  readonly entry: StoreEntry;
  readonly #bucket: Bucket;
  readonly #findCopy: FindCopy;
  #object: OpenObject;
  readonly #closed = new AbortController();
  readonly #turns = new Semaphore(1);
  /** The end of the last read: the next one probably begins there. */
  #end = 0;
  #stream: ObjectStream | undefined;

  /** @param findCopy See {@linkcode FindCopy}. */
  constructor(bucket: Bucket, object: OpenObject, findCopy: FindCopy) {
    this.#bucket = bucket;
    this.#object = object;
    this.#findCopy = findCopy;
    this.entry = entryOf(object.path, object.facts);
  }

  async readAt(offset: number, into: Uint8Array): Promise<number> {
    const length = Math.min(into.length, this.entry.bytes - offset);
    if (length <= 0) return 0;
    const { first } = this.#object;
    if (offset + length <= first.length) {
      into.set(first.subarray(offset, offset + length));
      return length;
    }
    const { key } = this.#object;
    try {
      return await this.#read(offset, into.subarray(0, length));
    } catch (error) {
      if (!isGone(error) || !await this.#follow(key)) throw this.#asReplaced(error);
    }
    try {
      return await this.#read(offset, into.subarray(0, length));
    } catch (error) {
      throw this.#asReplaced(error);
    }
  }

  /** Reads on from the copy that is kept of the content. @returns Whether there is one. */
  async #follow(lost: string): Promise<boolean> {
    // Another read has found it meanwhile.
    if (this.#object.key !== lost) return true;
    const copy = await this.#findCopy(this.#object);
    if (copy === null) return false;
    const { key, etag } = copy;
    this.#object = { ...this.#object, key, facts: { ...this.#object.facts, etag } };
    return true;
  }

  /** Reads the blocks from `start` to `end` in one request, after which the store sends nothing more. */
  async *blocks(start: number, end: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      await using stream = await this.#open([start, end]);
      for (let at = start; at < end; at += BLOCK_BYTES) {
        const block = new Uint8Array(Math.min(BLOCK_BYTES, end - at));
        // The store ends a request that is read slowly.
        const read = await stream.read(block).catch(() => 0);
        if (read < block.length) await this.#readAlone(at, block);
        yield block;
      }
    } catch (error) {
      throw this.#asReplaced(error);
    }
  }

  /** Headers that make the store copy from exactly this version. */
  get copySource(): Record<string, string> {
    const { key, facts } = this.#object;
    return {
      "x-amz-copy-source": this.#bucket.client.sourceOf(key),
      "x-amz-copy-source-if-match": `"${facts.etag}"`,
    };
  }

  /**
   * Makes sure that what was copied meanwhile is of this version: not every store heeds the condition
   * for a part.
   *
   * @throws `conflict` (retryable) if the object was replaced.
   */
  async requireCurrent(): Promise<void> {
    const { key, path } = this.#object;
    const found = await this.#bucket.find(key, path);
    if (found === null || revisionOf(found.facts) !== this.entry.revision) {
      throw replaced(path, undefined);
    }
  }

  /** Reads that follow each other have one request, and wait for their turn. */
  async #read(offset: number, into: Uint8Array): Promise<number> {
    const follows = offset === this.#end;
    this.#end = offset + into.length;
    if (!follows) return await this.#readAlone(offset, into);
    using _turn = await this.#turns.acquire(this.#closed.signal);
    try {
      const stream = await this.#streamAt(offset, into.length);
      if (await stream.read(into) === into.length) return into.length;
    } catch (error) {
      this.#closed.signal.throwIfAborted();
      if (error instanceof FtError) throw error;
    }
    // The store has ended a request that was read slowly.
    await this.#endStream();
    return await this.#readAlone(offset, into);
  }

  async #streamAt(offset: number, length: number): Promise<ObjectStream> {
    if (this.#stream?.isAt(offset, length)) return this.#stream;
    await this.#endStream();
    const end = Math.min(this.entry.bytes, offset + OBJECT_READ_BYTES);
    return this.#stream = await this.#open([offset, end]);
  }

  #open(range: readonly [start: number, end: number]): Promise<ObjectStream> {
    return ObjectStream.open(this.#bucket.client, this.#request, range);
  }

  async #endStream(): Promise<void> {
    await this.#stream?.[Symbol.asyncDispose]();
    this.#stream = undefined;
  }

  async #readAlone(offset: number, into: Uint8Array): Promise<number> {
    const range = `bytes=${offset}-${offset + into.length - 1}`;
    const request = this.#request;
    const { bytes } = await this.#bucket.client.bytes({
      ...request,
      headers: { ...request.headers, range },
    });
    into.set(bytes.subarray(0, into.length));
    return Math.min(bytes.length, into.length);
  }

  get #request(): StoreRequest {
    const { key, facts, path } = this.#object;
    const headers = { "if-match": `"${facts.etag}"` };
    return { method: "GET", key, name: path, headers, signal: this.#closed.signal };
  }

  #asReplaced(error: unknown): unknown {
    return isGone(error) ? replaced(this.#object.path, error) : error;
  }

  /** The store gives no bytes of another version, so what was read is of this one. */
  unchanged(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new FtError("interrupted", `closed: ${this.entry.path}`));
    await this.#endStream();
  }
}

function isGone(error: unknown): boolean {
  return hasCode(error, "conflict") || hasCode(error, "not_found");
}

/** Unless a version is kept, an object store has nothing of the old content for its readers. */
function replaced(path: StorePath, cause: unknown): FtError {
  return new FtError("conflict", `changed while it was read: ${path}`, {
    ...{ name: path, cause, retryable: true },
  });
}
