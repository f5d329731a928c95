/**
 * Whether an object store can be used, as far as its last requests say.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { every } from "../base/every.ts";
import { STORE_LOOK_MS } from "../base/limits.ts";
import type { S3Client } from "./s3_client.ts";
import { describeStore, type StorePlace } from "./store_url.ts";

/** Looks at a store from time to time, until it is disposed. */
export class StoreHealth implements AsyncDisposable {
  /** The store, as people read it. */
  readonly root: string;
  readonly #client: S3Client;
  readonly #closed = new AbortController();
  readonly #timer: Disposable;
  #looking: Promise<void> | undefined;

  constructor(client: S3Client, place: StorePlace) {
    this.root = describeStore(place);
    this.#client = client;
    this.#timer = every(STORE_LOOK_MS, () => {
      this.#looking ??= this.#look().finally(() => this.#looking = undefined);
    });
  }

  /** Whether it can be used. */
  get present(): boolean {
    return this.#client.fault === undefined;
  }

  /** Why it cannot be used. */
  get fault(): string | undefined {
    return this.#client.fault?.message;
  }

  /** The client remembers the result. */
  async #look(): Promise<void> {
    const query = { "list-type": "2", "max-keys": "1" };
    const { signal } = this.#closed;
    await this.#client.head({ method: "GET", query, signal, once: true }).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer[Symbol.dispose]();
    this.#closed.abort(new FtError("interrupted", "the store was closed"));
    await this.#looking;
  }
}
