/**
 * Opens objects for reading, and reads small ones whole.
 *
 * @module
 */

import { OBJECT_FIRST_BYTES, OBJECT_LOOKS_AHEAD } from "../base/limits.ts";
import { mapOrdered } from "../base/pipeline.ts";
import type { WholeFile } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import type { Bucket } from "./bucket.ts";
import { entryOf, factsOf } from "./object_facts.ts";
import { type FindCopy, ObjectFile, type OpenObject } from "./object_file.ts";

/** An object, and the path that it is called by. */
export interface NamedObject {
  readonly key: string;
  readonly path: StorePath;
}

/** Reads objects of a bucket. */
export class ObjectReads {
  readonly #bucket: Bucket;
  readonly #findCopy: FindCopy;

  constructor(bucket: Bucket, findCopy: FindCopy) {
    this.#bucket = bucket;
    this.#findCopy = findCopy;
  }

  /** Opens an object with its first bytes. @returns `null` if there is none. */
  async open(object: NamedObject): Promise<ObjectFile | null> {
    const read = await this.#read(object, OBJECT_FIRST_BYTES);
    return read && new ObjectFile(this.#bucket, read, this.#findCopy);
  }

  /** See `Store.readMany`. */
  async many(objects: readonly NamedObject[], maxBytes: number): Promise<(WholeFile | null)[]> {
    const whole = async (object: NamedObject): Promise<WholeFile | null> => {
      try {
        const read = await this.#read(object, maxBytes);
        if (read === null || read.first.length !== read.facts.bytes) return null;
        return { entry: entryOf(object.path, read.facts), bytes: read.first };
      } catch {
        // Opening it by itself says why.
        return null;
      }
    };
    return await Array.fromAsync(mapOrdered(objects, OBJECT_LOOKS_AHEAD, whole));
  }

  async #read({ key, path }: NamedObject, most: number): Promise<OpenObject | null> {
    const { status, headers, bytes } = await this.#bucket.client.bytes({
      ...{ method: "GET", key, name: path, accepted: [404, 416] },
      headers: { range: `bytes=0-${most - 1}` },
    });
    if (status === 404) return null;
    // An empty object has no first byte.
    if (status === 416) {
      const found = await this.#bucket.find(key, path);
      return found === null ? null : { path, key, facts: found.facts, first: new Uint8Array(0) };
    }
    const size = headers.get("content-range")?.split("/")[1];
    return { path, key, facts: factsOf(headers, Number(size ?? bytes.length)), first: bytes };
  }
}
