/**
 * Block digests gathered into frames of many.
 *
 * @module
 */

import { MAX_DIGESTS_PER_FRAME } from "../base/limits.ts";
import { DIGEST_BYTES } from "../blocks/manifest.ts";
import { encodeDigestRun } from "./messages.ts";

/** Gathers digests of consecutive blocks. */
export class DigestRuns {
  readonly #send: (payload: Uint8Array) => Promise<void>;
  readonly #digests = new Uint8Array(MAX_DIGESTS_PER_FRAME * DIGEST_BYTES);
  #first = 0;
  #count = 0;

  /** @param send Sends the payload of a DGST, HELD or KEEP after the exchange id. */
  constructor(send: (payload: Uint8Array) => Promise<void>) {
    this.#send = send;
  }

  /**
   * Adds a block's digest; sends when the frame is full or the run broken. Several may add at once:
   * what is gathered changes before the first wait.
   */
  async add(index: number, digest: Uint8Array): Promise<void> {
    const broken = index !== this.#first + this.#count || this.#count === MAX_DIGESTS_PER_FRAME;
    const full = broken ? this.#take() : null;
    if (broken) this.#first = index;
    this.#digests.set(digest, this.#count * DIGEST_BYTES);
    this.#count++;
    if (full !== null) await this.#send(full);
  }

  /** Sends what is gathered. */
  async flush(): Promise<void> {
    const gathered = this.#take();
    if (gathered !== null) await this.#send(gathered);
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
