/**
 * Block digests, collected into frames of many.
 *
 * @module
 */

import { MAX_DIGESTS_PER_FRAME } from "../base/limits.ts";
import { DIGEST_BYTES } from "../blocks/manifest.ts";
import { encodeDigestRun } from "./messages.ts";

/** Collects digests of consecutive blocks and sends them. */
export class DigestRuns {
  readonly #send: (payload: Uint8Array) => Promise<void>;
  readonly #digests: Uint8Array;
  readonly #most: number;
  #first = 0;
  #count = 0;

  /**
   * @param send Sends the payload of a DGST, HELD or KEEP frame, without the exchange id.
   * @param most Digests in a frame. @default {MAX_DIGESTS_PER_FRAME}
   */
  constructor(
    send: (payload: Uint8Array) => Promise<void>,
    most: number = MAX_DIGESTS_PER_FRAME,
  ) {
    this.#send = send;
    this.#most = most;
    this.#digests = new Uint8Array(most * DIGEST_BYTES);
  }

  /**
   * Adds the digest of a block. Sends a frame if it is full or the block is not the next one. Calls
   * may overlap: the collected digests change before the first await.
   */
  async add(index: number, digest: Uint8Array): Promise<void> {
    const broken = index !== this.#first + this.#count || this.#count === this.#most;
    const full = broken ? this.#take() : null;
    if (broken) this.#first = index;
    this.#digests.set(digest, this.#count * DIGEST_BYTES);
    this.#count++;
    if (full !== null) await this.#send(full);
  }

  /** Sends the collected digests. */
  async flush(): Promise<void> {
    const collected = this.#take();
    if (collected !== null) await this.#send(collected);
  }

  #take(): Uint8Array | null {
    if (this.#count === 0) return null;
    const digests = this.#digests.subarray(0, this.#count * DIGEST_BYTES);
    const payload = encodeDigestRun({ first: this.#first, digests });
    this.#first += this.#count;
    this.#count = 0;
    return payload;
  }
}
