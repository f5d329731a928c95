/**
 * Block digests, computed on all cores.
 *
 * @module
 */

import { hasSpareCores } from "../base/cores.ts";
import { hasFreeDescriptors } from "../base/descriptors.ts";
import { FtError } from "../base/errors.ts";
import {
  INLINE_HASH_BYTES,
  INLINE_HASH_TOTAL_BYTES,
  MAX_HASH_WORKERS,
  WORKER_DESCRIPTORS,
} from "../base/limits.ts";
import type { HashDone, HashJob } from "./hash_worker.ts";
import { blockDigest, isZeroBlock } from "./manifest.ts";

/** A block and its digest. */
export interface HashedBlock {
  /** The same content. If a worker computed the digest, the original view is now empty. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly digest: Uint8Array<ArrayBuffer>;
}

interface Pending {
  resolve(done: HashedBlock): void;
  reject(error: unknown): void;
}

/**
 * Returns the number of workers that pay. A thread that has the block in its cache hashes it in less
 * than a millisecond, while passing it to a worker wakes two threads.
 */
export function workersFor(cores: number): number {
  return hasSpareCores(cores) ? Math.min(cores, MAX_HASH_WORKERS) : 0;
}

/** Starts a worker that answers a {@linkcode HashJob} with a {@linkcode HashDone}. */
export type StartWorker = () => Worker;

const startHashWorker: StartWorker = () =>
  new Worker(new URL("./hash_worker.ts", import.meta.url), { type: "module" });

/**
 * Whether a worker can start. Without descriptors for its event loop, the runtime ends the program.
 *
 * @param path A file or folder that the program may read. @default /dev/null
 */
export function hasRoomForWorker(path?: string): boolean {
  return hasFreeDescriptors(WORKER_DESCRIPTORS, path);
}

/** One worker and the digests it has not delivered yet. */
class HashLane implements Disposable {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;

  /** @param onFailure Called once the worker can deliver nothing more. */
  constructor(worker: Worker, onFailure: (lane: HashLane) => void) {
    this.#worker = worker;
    const fail = (message: string) => {
      onFailure(this);
      this.#stop(new FtError("internal", `hash worker failed: ${message}`));
    };
    worker.onmessage = ({ data }: MessageEvent<HashDone>) => {
      this.#pending.get(data.id)?.resolve(data);
      this.#pending.delete(data.id);
    };
    worker.onmessageerror = () => fail("its answer cannot be read");
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message);
    };
  }

  get load(): number {
    return this.#pending.size;
  }

  digest(bytes: Uint8Array<ArrayBuffer>): Promise<HashedBlock> {
    const id = this.#nextId++;
    this.#worker.postMessage({ id, bytes } satisfies HashJob, [bytes.buffer]);
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
  }

  #stop(reason: FtError): void {
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  [Symbol.dispose](): void {
    this.#stop(new FtError("interrupted", "hashing was stopped"));
  }
}

/**
 * Hashes blocks in workers. The workers start only after some work, so that a small transfer does
 * not pay for them. Disposing stops them.
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
  readonly #startWorker: StartWorker;
  readonly #hasRoom: () => boolean;
  #maxLanes: number;
  #inlineBytes = 0;
  #disposed = false;

  /**
   * @param workers The maximum. @default {workersFor(navigator.hardwareConcurrency)}
   * @param hasRoom Whether a worker can start now; otherwise blocks are hashed without one.
   */
  constructor(
    workers: number = workersFor(navigator.hardwareConcurrency),
    startWorker: StartWorker = startHashWorker,
    hasRoom: () => boolean = hasRoomForWorker,
  ) {
    this.#hasRoom = hasRoom;
    this.#maxLanes = workers;
    this.#startWorker = startWorker;
  }

  /**
   * Returns the digest of a block. The block's buffer may be transferred to a worker and back, so
   * use the view in the result from then on.
   *
   * @throws `interrupted` after disposal, `internal` if the worker fails.
   */
  digest(bytes: Uint8Array<ArrayBuffer>): Promise<HashedBlock> {
    if (this.#disposed) {
      return Promise.reject(new FtError("interrupted", "hashing was stopped"));
    }
    const inline = this.#inline(bytes.length) || isZeroBlock(bytes);
    const lane = inline ? undefined : this.#lane();
    return lane?.digest(bytes) ?? Promise.resolve({ bytes, digest: blockDigest(bytes) });
  }

  #inline(length: number): boolean {
    if (this.#maxLanes === 0 || length < INLINE_HASH_BYTES) return true;
    this.#inlineBytes += length;
    return this.#inlineBytes <= INLINE_HASH_TOTAL_BYTES;
  }

  /** Returns the lane with the least work; `undefined` if there is none and none can start. */
  #lane(): HashLane | undefined {
    const idle = this.#lanes.find((lane) => lane.load === 0);
    if (idle !== undefined) return idle;
    if (this.#lanes.length < this.#maxLanes && this.#hasRoom()) {
      const lane = new HashLane(this.#startWorker(), (failed) => this.#remove(failed));
      this.#lanes.push(lane);
      return lane;
    }
    return this.#lanes.toSorted((a, b) => a.load - b.load)[0];
  }

  /** Every failure costs a lane, so workers that always fail give way to hashing inline. */
  #remove(lane: HashLane): void {
    this.#lanes.splice(this.#lanes.indexOf(lane), 1);
    this.#maxLanes--;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const lane of this.#lanes) lane[Symbol.dispose]();
    this.#lanes.length = 0;
  }
}
