/**
 * Block digests on all cores.
 *
 * @module
 */

import { hasSpareCores } from "../base/cores.ts";
import { FtError } from "../base/errors.ts";
import { INLINE_HASH_BYTES, INLINE_HASH_TOTAL_BYTES, MAX_HASH_WORKERS } from "../base/limits.ts";
import type { HashDone, HashJob } from "./hash_worker.ts";
import { blockDigest } from "./manifest.ts";

/** A block and its digest. */
export interface HashedBlock {
  /** The same content; the view that was handed in is empty when a worker did the work. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly digest: Uint8Array<ArrayBuffer>;
}

interface Pending {
  resolve(done: HashedBlock): void;
  reject(error: unknown): void;
}

/**
 * How many workers pay. The thread that has the block in its cache hashes it in less than a
 * millisecond; handing it over wakes two threads.
 */
export function workersFor(cores: number): number {
  return hasSpareCores(cores) ? Math.min(cores, MAX_HASH_WORKERS) : 0;
}

/** One worker and what it owes. */
class HashLane implements Disposable {
  readonly #worker: Worker;
  readonly #owed = new Map<number, Pending>();
  #nextId = 0;

  constructor() {
    this.#worker = new Worker(new URL("./hash_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<HashDone>) => {
      this.#owed.get(data.id)?.resolve(data);
      this.#owed.delete(data.id);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#failAll(new FtError("internal", `hash worker failed: ${event.message}`));
    };
  }

  get load(): number {
    return this.#owed.size;
  }

  digest(bytes: Uint8Array<ArrayBuffer>): Promise<HashedBlock> {
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<HashedBlock>();
    this.#owed.set(id, { resolve, reject });
    this.#worker.postMessage({ id, bytes } satisfies HashJob, [bytes.buffer]);
    return promise;
  }

  #failAll(error: unknown): void {
    for (const pending of this.#owed.values()) pending.reject(error);
    this.#owed.clear();
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
    this.#failAll(new FtError("interrupted", "hashing was stopped"));
  }
}

/**
 * Hashes blocks in workers. They start when the work is large enough to be worth it, so that a
 * small transfer pays nothing for them. Disposing stops them.
 *
 * @example
 * ```ts
 * import { Hasher } from "./hasher.ts";
 *
 * using hasher = new Hasher();
 * const { digest } = await hasher.digest(new Uint8Array(3));
 * if (digest.length !== 32) throw new Error();
 * ```
 */
export class Hasher implements Disposable {
  readonly #lanes: HashLane[] = [];
  readonly #most: number;
  #inlineBytes = 0;
  #disposed = false;

  /** @param workers How many at most. @default as many as {@linkcode workersFor} the cores here */
  constructor(workers: number = workersFor(navigator.hardwareConcurrency)) {
    this.#most = workers;
  }

  /**
   * The digest of a block. The block's whole buffer changes hands meanwhile: use the view that
   * comes back.
   */
  digest(bytes: Uint8Array<ArrayBuffer>): Promise<HashedBlock> {
    if (this.#disposed) {
      return Promise.reject(new FtError("interrupted", "hashing was stopped"));
    }
    if (this.#inline(bytes.length)) return Promise.resolve({ bytes, digest: blockDigest(bytes) });
    return this.#lane().digest(bytes);
  }

  #inline(length: number): boolean {
    if (this.#most === 0 || length < INLINE_HASH_BYTES) return true;
    this.#inlineBytes += length;
    return this.#inlineBytes <= INLINE_HASH_TOTAL_BYTES;
  }

  #lane(): HashLane {
    const idle = this.#lanes.find((lane) => lane.load === 0);
    if (idle !== undefined) return idle;
    if (this.#lanes.length < this.#most) {
      const lane = new HashLane();
      this.#lanes.push(lane);
      return lane;
    }
    return this.#lanes.reduce((least, lane) => lane.load < least.load ? lane : least);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const lane of this.#lanes) lane[Symbol.dispose]();
    this.#lanes.length = 0;
  }
}
