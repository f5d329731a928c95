/**
 * Facts of resumable uploads over HTTP, as objects below `.ftserver/uploads/`: by
 * them any server of the bucket continues an upload.
 *
 * @module
 */

import { MAX_UPLOAD_RECORD_BYTES } from "../base/limits.ts";
import type { Bucket } from "./bucket.ts";

/** Names of uploads, as servers choose them. */
const ID = /^[\w-]{16,64}$/;

/** The records in one bucket. */
export class UploadRecords {
  readonly #bucket: Bucket;
  readonly #prefix: string;

  /** @param reserved The beginning of the names of the server's own objects. */
  constructor(bucket: Bucket, reserved: string) {
    this.#bucket = bucket;
    this.#prefix = `${reserved}uploads/`;
  }

  /** Reads the record of an upload; `null` if there is none. */
  async get(id: string): Promise<string | null> {
    if (!ID.test(id)) return null;
    const found = await this.#bucket.read(this.#prefix + id, MAX_UPLOAD_RECORD_BYTES);
    return found && new TextDecoder().decode(found.bytes);
  }

  /** Writes the record of an upload. */
  async put(id: string, record: string): Promise<void> {
    await this.#bucket.put(this.#prefix + id, record);
  }

  /** Removes the record of an upload, if there is one. */
  async remove(id: string): Promise<void> {
    await this.#bucket.remove(this.#prefix + id);
  }

  /** Removes records that were written long ago. @param ageMs How long, in milliseconds. */
  async removeOld(ageMs: number): Promise<void> {
    for await (const page of this.#bucket.pages({ prefix: this.#prefix, flat: true })) {
      const old = page.filter(({ object }) => Date.now() - object!.writtenMs > ageMs);
      await this.#bucket.removeMany(old.map(({ key }) => key));
    }
  }
}
