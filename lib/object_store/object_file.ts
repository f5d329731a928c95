/**
 * A file of an object store that is open for reading: always the version that was opened.
 *
 * @module
 */

import { FtError, hasCode } from "../base/errors.ts";
import type { StoredFile, StoreEntry } from "../storage/store.ts";
import type { Bucket } from "./bucket.ts";
import { entryOf, type ObjectFacts } from "./object_facts.ts";
import type { StorePath } from "../storage/store_path.ts";

/** An open object. */
export interface OpenObject {
  readonly path: StorePath;
  readonly key: string;
  readonly facts: ObjectFacts;
  /** Its first bytes. */
  readonly first: Uint8Array;
}

/** An open file. */
export class ObjectFile implements StoredFile {
  readonly entry: StoreEntry;
  readonly #bucket: Bucket;
  readonly #object: OpenObject;
  readonly #closed = new AbortController();

  constructor(bucket: Bucket, object: OpenObject) {
    this.#bucket = bucket;
    this.#object = object;
    this.entry = entryOf(object.path, object.facts);
  }

  async readAt(offset: number, into: Uint8Array): Promise<number> {
    const length = Math.min(into.length, this.entry.bytes - offset);
    if (length <= 0) return 0;
    const { first, key, facts, path } = this.#object;
    if (offset + length <= first.length) {
      into.set(first.subarray(offset, offset + length));
      return length;
    }
    try {
      const { bytes } = await this.#bucket.client.bytes({
        ...{ method: "GET", key, name: path, signal: this.#closed.signal },
        headers: { range: `bytes=${offset}-${offset + length - 1}`, "if-match": `"${facts.etag}"` },
      });
      into.set(bytes.subarray(0, length));
      return Math.min(bytes.length, length);
    } catch (error) {
      throw hasCode(error, "conflict") || hasCode(error, "not_found")
        ? replaced(path, error)
        : error;
    }
  }

  /** The store gives no bytes of another version, so what was read is of this one. */
  unchanged(): Promise<boolean> {
    return Promise.resolve(true);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new FtError("interrupted", `closed: ${this.entry.path}`));
    return Promise.resolve();
  }
}

/** An object store keeps no old version for its readers. */
function replaced(path: StorePath, cause: unknown): FtError {
  return new FtError("conflict", `changed while it was read: ${path}`, {
    ...{ name: path, cause, retryable: true },
  });
}
