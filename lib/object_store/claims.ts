/**
 * Claims on names, for stores that cannot decide between two writers of a large file: objects below
 * `.ftserver/claims/`, of which the store lets only one server create each. Small files need none, as
 * the store decides between them; their servers only look afterwards whether there was a claim.
 *
 * @module
 */

import { hash } from "node:crypto";
import { FtError, hasCode } from "../base/errors.ts";
import {
  OLD_CLAIM_MS,
  STORE_CLAIM_RETRY_MS,
  STORE_CLAIM_TTL_MS,
  STORE_CLAIM_WAIT_MS,
} from "../base/limits.ts";
import { delay } from "../base/signals.ts";
import type { Bucket, FoundObject, WriteCondition } from "./bucket.ts";
import { storeTime } from "./sweep_turn.ts";

/** Claims in one bucket. */
export class Claims {
  readonly #bucket: Bucket;
  readonly #prefix: string;
  readonly #ttlMs: number;
  #listing: Promise<unknown> = Promise.resolve();
  /** The listing after the one that is under way. */
  #next: Promise<readonly string[]> | undefined;

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
    const claim = this.#nameFor(key);
    const untilMs = performance.now() + STORE_CLAIM_WAIT_MS;
    let condition: WriteCondition = { absent: true };
    while (!await this.#tryPut(claim, condition, name)) {
      if (performance.now() > untilMs) throw isWriting(name);
      await delay(STORE_CLAIM_RETRY_MS);
      condition = await this.#conditionFor(claim, name);
    }
    const takenMs = performance.now();
    return {
      [Symbol.asyncDispose]: async () => {
        // One that was held for too long may be another server's by now.
        if (performance.now() - takenMs > this.#ttlMs) return;
        // Otherwise it lapses.
        await this.#release(claim).catch(() => {});
      },
    };
  }

  /** A mark stays, for servers that look only after their own write whether somebody had a claim. */
  async #release(claim: string): Promise<void> {
    await this.#bucket.put(`${claim}.${crypto.randomUUID()}`, "");
    await this.#bucket.remove(claim);
  }

  /**
   * Makes sure that a small file, which the store itself has let through, was not replaced by a large
   * one: the server of that had the name claimed, and had looked at it before.
   *
   * @param key The object that was written, by now.
   * @param options `version`: see `ObjectFacts.version`; `name`: the file, for errors.
   * @throws `conflict` (retryable) if it was replaced, or that cannot be known yet.
   */
  async requireKept(
    key: string,
    { version, name }: { readonly version: string; readonly name: string },
  ): Promise<void> {
    const claim = this.#nameFor(key);
    const there = await this.#names();
    if (!there.some((other) => other === claim || other.startsWith(`${claim}.`))) return;
    const untilMs = performance.now() + STORE_CLAIM_WAIT_MS;
    while (await this.#isHeld(claim, name)) {
      if (performance.now() > untilMs) throw isWriting(name);
      await delay(STORE_CLAIM_RETRY_MS);
    }
    const found = await this.#bucket.find(key, name);
    if (found?.facts.version === version) return;
    const message = `changed meanwhile: ${name}`;
    throw new FtError("conflict", message, { name, retryable: true });
  }

  async #isHeld(claim: string, name: string): Promise<boolean> {
    const found = await this.#bucket.find(claim, name);
    return found !== null && !this.#hasLapsed(found);
  }

  /** Lists all claims and marks, once for all callers that wait for the listing to begin. */
  #names(): Promise<readonly string[]> {
    return this.#next ??= this.#listNext();
  }

  async #listNext(): Promise<readonly string[]> {
    await this.#listing.catch(() => {});
    this.#next = undefined;
    const listing = this.#list();
    this.#listing = listing;
    return await listing;
  }

  async #list(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const page of this.#bucket.pages({ prefix: this.#prefix, flat: true })) {
      names.push(...page.map(({ key }) => key));
    }
    return names;
  }

  /** Removes claims and marks that no server needs any more. */
  async removeOld(): Promise<void> {
    for await (const page of this.#bucket.pages({ prefix: this.#prefix, flat: true })) {
      const old = page.filter(({ object }) => Date.now() - object!.writtenMs > OLD_CLAIM_MS);
      await this.#bucket.removeMany(old.map(({ key }) => key));
    }
  }

  #nameFor(key: string): string {
    return `${this.#prefix}${hash("sha256", key)}`;
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

  /** A claim of a server that died is replaced. */
  async #conditionFor(claim: string, name: string): Promise<WriteCondition> {
    const found = await this.#bucket.find(claim, name);
    if (found === null) return { absent: true };
    return this.#hasLapsed(found) ? { etag: found.facts.etag } : { absent: true };
  }

  /** Both times are those of the store. */
  #hasLapsed({ facts, headers }: FoundObject): boolean {
    return storeTime(headers) - facts.writtenMs > this.#ttlMs;
  }
}

function isWriting(name: string): FtError {
  const message = `another server is writing ${name}`;
  return new FtError("conflict", message, { name, retryable: true });
}
