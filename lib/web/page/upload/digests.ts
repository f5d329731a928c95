/**
 * Digests by a worker, so that the page stays quick.
 *
 * @module
 */

import { ApiError } from "../api.ts";

/** A request to the worker. */
export interface DigestRequest {
  readonly id: number;
  readonly blob: Blob;
  readonly pieceBytes: number;
}

/** The answer to a request. */
export interface DigestAnswer {
  readonly id: number;
  /** The digests. @default reading failed */
  readonly digests?: Uint8Array<ArrayBuffer>;
  /** Why reading failed. */
  readonly error?: string;
}

/** The part of a worker that is used. */
export type WorkerPort = Pick<Worker, "postMessage" | "addEventListener" | "terminate">;

/** A worker that is started when it is first needed, and again after it failed. */
export class Digests {
  readonly #start: () => WorkerPort;
  readonly #waiting = new Map<number, PromiseWithResolvers<Uint8Array<ArrayBuffer>>>();
  #worker: WorkerPort | undefined;
  #requests = 0;

  constructor(start: () => WorkerPort) {
    this.#start = start;
  }

  /**
   * Returns the digests of the pieces of a blob, one after the other.
   *
   * @throws {ApiError} `file_changed` if the blob cannot be read, `worker` if the worker fails.
   */
  readonly pieces = async (blob: Blob, pieceBytes: number): Promise<Uint8Array<ArrayBuffer>> => {
    const id = this.#requests++;
    const answer = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    this.#waiting.set(id, answer);
    (this.#worker ??= this.#started()).postMessage({ id, blob, pieceBytes });
    return await answer.promise;
  };

  #started(): WorkerPort {
    const worker = this.#start();
    worker.addEventListener("message", (event) => this.#answered((event as MessageEvent).data));
    worker.addEventListener("error", () => this.#failed(worker));
    return worker;
  }

  #answered({ id, digests, error = "" }: DigestAnswer): void {
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (digests !== undefined) answer?.resolve(digests);
    else answer?.reject(new ApiError(0, "file_changed", error));
  }

  #failed(worker: WorkerPort): void {
    if (worker !== this.#worker) return;
    worker.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new ApiError(0, "worker", "the worker has failed"));
  }
}
