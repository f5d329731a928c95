/**
 * Claims on uploads that any server of a cluster can continue: a bucket has the newest one of each
 * upload, and its revision is the fencing number.
 *
 * @module
 */

import type { Bucket } from "./bucket.ts";

/** The claims of all servers. */
export class ClusterFences implements Disposable {
  readonly #bucket: Bucket;
  readonly #stop = new AbortController();

  /**
   * @param bucket Its values last as long as an upload that nobody resumes.
   * @param onClaim Called with each claim, also with those of this server.
   */
  constructor(bucket: Bucket, onClaim: (token: string, number: number) => void) {
    this.#bucket = bucket;
    bucket.follow(({ key, value, revision }) => {
      if (value !== null) onClaim(key, revision);
    }, this.#stop.signal);
  }

  /** Claims an upload. @returns The fencing number. @throws `network`. */
  claim(token: string): Promise<number> {
    return this.#bucket.put(token, "");
  }

  /** Whether this is the newest claim. @throws `network`. */
  async isNewest(token: string, number: number): Promise<boolean> {
    const entry = await this.#bucket.get(token);
    return entry !== null && entry.value !== null && entry.revision === number;
  }

  /** Gives a claim up, unless there is a newer one. */
  release(token: string, number: number): void {
    // Otherwise it lapses.
    this.#bucket.erase(token, number).catch(() => {});
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}
