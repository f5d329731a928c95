/**
 * The use of quotas.
 *
 * @module
 */

import type { Quota } from "../auth/permission.ts";
import { isWithin } from "../base/is_within.ts";
import { FtError } from "../base/errors.ts";
import { QUOTA_RECOUNT_MS } from "../base/limits.ts";
import type { Store } from "../storage/store.ts";
import { type StorePath, storePath } from "../storage/store_path.ts";

interface Use {
  readonly counted: Promise<void>;
  readonly atMs: number;
  bytes: number;
}

/** Counts the bytes below folders from time to time, and updates the counts in between. */
export class QuotaUse {
  readonly #store: Store;
  readonly #uses = new Map<string, Use>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Bytes that fit into all of these quotas; `Infinity` without any. */
  async room(quotas: readonly Quota[]): Promise<number> {
    let room = Infinity;
    for (const { path, bytes } of quotas) {
      room = Math.min(room, bytes - (await this.#use(path)).bytes);
    }
    return room;
  }

  /** Counts the bytes of a file, or of everything below a folder. */
  async bytesBelow(at: StorePath): Promise<number> {
    const counted = { bytes: (await this.#store.stat(at))?.bytes ?? 0 };
    await this.#count(at, counted);
    return counted.bytes;
  }

  /**
   * Reserves room for a file before it is published, so that two uploads cannot use the same room.
   *
   * @param growth Bytes by which the target grows; negative if it shrinks.
   * @returns Releases the room if the file was not published.
   * @throws `limit` if the file would exceed a quota.
   */
  async take(at: StorePath, quotas: readonly Quota[], growth: number): Promise<() => void> {
    const uses = await Promise.all(quotas.map(({ path }) => this.#use(path)));
    // No await from here on: another upload could take the room.
    const fits = quotas.every(({ bytes }, i) => uses[i]!.bytes + growth <= bytes);
    if (growth > 0 && !fits) throw overQuota(at);
    this.#add(at, growth);
    return () => this.#add(at, -growth);
  }

  #add(at: StorePath, bytes: number): void {
    for (const [path, use] of this.#uses) if (isWithin(path, at)) use.bytes += bytes;
  }

  /** Discards the counts at, above and below a path that was moved or removed. */
  forget(at: StorePath): void {
    for (const path of this.#uses.keys()) {
      if (isWithin(path, at) || isWithin(at, path)) this.#uses.delete(path);
    }
  }

  async #use(path: string): Promise<Use> {
    let use = this.#uses.get(path);
    if (use === undefined || performance.now() - use.atMs > QUOTA_RECOUNT_MS) {
      const counting: Use = {
        atMs: performance.now(),
        bytes: 0,
        // Deferred, because it refers to the object being created.
        counted: Promise.resolve().then(() => this.#count(storePath(path), counting)),
      };
      this.#uses.set(path, use = counting);
    }
    try {
      await use.counted;
    } catch (error) {
      this.#uses.delete(path);
      throw error;
    }
    return use;
  }

  async #count(dir: StorePath, use: { bytes: number }): Promise<void> {
    for await (const entry of this.#store.list(dir)) {
      if (entry.type === "dir") await this.#count(entry.path, use);
      else use.bytes += entry.bytes;
    }
  }
}

/** The error for a write that would exceed a quota. */
export function overQuota(at: string): FtError {
  return new FtError("limit", `over quota: ${at}`, { name: at, retryable: false });
}
