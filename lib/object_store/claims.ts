/**
 * Claims on names, for stores that cannot decide between two writers of a large file: objects below
 * `.ftserver/claims/`, of which the store lets only one server create each.
 *
 * @module
 */

import { hash } from "node:crypto";
import { FtError, hasCode } from "../base/errors.ts";
import { STORE_CLAIM_RETRY_MS, STORE_CLAIM_TTL_MS, STORE_CLAIM_WAIT_MS } from "../base/limits.ts";
import { delay } from "../base/signals.ts";
import type { Bucket, WriteCondition } from "./bucket.ts";

/** Claims in one bucket. */
export class Claims {
  readonly #bucket: Bucket;
  readonly #prefix: string;
  readonly #ttlMs: number;

  /**
   * @param prefix The beginning of the names of their objects.
   * @param options `ttlMs`: after how long a claim lapses. @default {STORE_CLAIM_TTL_MS}
   */
  constructor(
    bucket: Bucket,
    prefix: string,
    { ttlMs = STORE_CLAIM_TTL_MS }: { readonly ttlMs?: number } = {},
  ) {
    this.#ttlMs = ttlMs;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  /**
   * Claims an object until the claim is disposed; another server waits meanwhile.
   *
   * @param name The file, for errors.
   * @throws `conflict` (retryable) if another server holds the claim for longer than
   *   {@linkcode STORE_CLAIM_WAIT_MS}.
   */
  async take(key: string, name: string): Promise<AsyncDisposable> {
    const claim = `${this.#prefix}${hash("sha256", key)}`;
    const untilMs = performance.now() + STORE_CLAIM_WAIT_MS;
    let condition: WriteCondition = { absent: true };
    while (!await this.#tryPut(claim, condition, name)) {
      if (performance.now() > untilMs) {
        const message = `another server is writing ${name}`;
        throw new FtError("conflict", message, { name, retryable: true });
      }
      await delay(STORE_CLAIM_RETRY_MS);
      condition = await this.#conditionFor(claim, name);
    }
    const takenMs = performance.now();
    return {
      [Symbol.asyncDispose]: async () => {
        // One that was held for too long may be another server's by now.
        if (performance.now() - takenMs > this.#ttlMs) return;
        // Otherwise it lapses.
        await this.#bucket.remove(claim).catch(() => {});
      },
    };
  }

  async #tryPut(claim: string, condition: WriteCondition, name: string): Promise<boolean> {
    try {
      await this.#bucket.put(claim, crypto.randomUUID(), { condition, name });
      return true;
    } catch (error) {
      if (hasCode(error, "conflict")) return false;
      throw error;
    }
  }

  /** A claim of a server that died is replaced; both times are those of the store. */
  async #conditionFor(claim: string, name: string): Promise<WriteCondition> {
    const found = await this.#bucket.find(claim, name);
    if (found === null) return { absent: true };
    const nowMs = Date.parse(found.headers.get("date") ?? "") || 0;
    const lapsed = nowMs - found.facts.writtenMs > this.#ttlMs;
    return lapsed ? { etag: found.facts.etag } : { absent: true };
  }
}
