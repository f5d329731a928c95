/**
 * A token bucket: a burst is allowed, then a sustained rate.
 *
 * @module
 */

import { FtError } from "./errors.ts";

/** Options of {@linkcode TokenBucket}. */
export interface TokenBucketOptions {
  /** Tokens in a full bucket. */
  readonly burst: number;
  /** Tokens added per second. */
  readonly perSecond: number;
  /** The counted items, for messages: `requests`. */
  readonly what: string;
}

/**
 * Limits how often one peer may do something.
 *
 * @example
 * ```ts
 * import { TokenBucket } from "./token_bucket.ts";
 *
 * new TokenBucket({ burst: 1, perSecond: 1, what: "requests" }).take(0);
 * ```
 */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #atMs = 0;

  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#tokens = options.burst;
  }

  /**
   * Takes one token.
   *
   * @param nowMs Milliseconds of a monotonic clock.
   * @throws `limit` if the bucket is empty, with the milliseconds until the next token.
   */
  take(nowMs: number): void {
    const { burst, perSecond, what } = this.#options;
    const gained = Math.max(0, nowMs - this.#atMs) * perSecond / 1000;
    this.#tokens = Math.min(burst, this.#tokens + gained);
    this.#atMs = Math.max(nowMs, this.#atMs);
    if (this.#tokens < 1) {
      const retryAfterMs = Math.ceil((1 - this.#tokens) * 1000 / perSecond);
      throw new FtError("limit", `more than ${perSecond} ${what} a second`, {
        retryable: true,
        retryAfterMs,
      });
    }
    this.#tokens--;
  }
}
