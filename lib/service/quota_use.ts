/**
 * The use of quotas.
 *
 * @module
 */

import type { Quota } from "../auth/permission.ts";
import { isWithinAnyCase } from "../base/fold_case.ts";
import { KeyedLock } from "../base/keyed_lock.ts";
import { QUOTA_RECOUNT_MS } from "../base/limits.ts";
import type { Store } from "../storage/store.ts";
import { type StorePath, storePath } from "../storage/store_path.ts";
import type { CountedVersions, KeptVersion } from "../storage/store_versions.ts";
import { freeIn, type QuotaRoom, requireRoom } from "./quota_room.ts";

interface Use {
  readonly atMs: number;
  bytes: number;
}

/** Returns the quotas that apply to a path. */
export type QuotasOf = (at: StorePath) => readonly Quota[];

/** Content that loses its name by a write. */
export interface LostContent {
  /** Size in bytes; 0 if there is none. */
  readonly bytes: number;
  /** The version that gets the name. @default it is other content */
  readonly restored?: KeptVersion | undefined;
}

/** The counts that one write has locked. Disposing it unlocks them. */
export interface QuotaHold extends Disposable {
  /** Whether there is anything to count. */
  readonly active: boolean;
  /** The quota with the least room. */
  tightest(quotas: readonly Quota[]): Promise<QuotaRoom | undefined>;
  /**
   * Reserves room before something is published.
   *
   * @param growth Bytes by which the target grows; negative if it shrinks.
   * @param lost What the target loses, if versions count.
   * @returns Releases the room if nothing was published.
   * @throws `limit` if a quota would be exceeded.
   */
  take(at: StorePath, growth: number, lost: LostContent): Promise<() => void>;
}

/** Other servers that count the bytes of the same store. */
export interface SharedUse {
  /** Bytes are about to be added below a path; negative if they are given back. */
  added(at: StorePath, bytes: number): void;
  /** The counts at, above and below a path no longer hold. */
  forgotten(at: StorePath): void;
}

/**
 * Counts the bytes below folders from time to time, and updates the counts in between. A write locks
 * the counts of the folders above it until it has ended, so that a count sees either a reservation
 * or its file.
 */
export class QuotaUse {
  /** Other servers of the same store. @default there are none */
  shared: SharedUse | undefined;
  readonly #store: Store;
  readonly #uses = new Map<string, Use>();
  /** Folders that had a quota once; their number is that of the rules. */
  readonly #folders = new Set<string>();
  readonly #locks = new KeyedLock();
  readonly #versions: CountedVersions | undefined;

  /** @param versions The versions that count, too. @default none do */
  constructor(store: Store, versions?: CountedVersions) {
    this.#store = store;
    this.#versions = versions;
  }

  /** Bytes by which the versions that count grow when a name loses its content. */
  kept(at: StorePath, { bytes, restored }: LostContent): number {
    return this.#versions?.growth(at, bytes, restored) ?? 0;
  }

  /** The quota with the least room. */
  async tightest(
    quotas: readonly Quota[],
    signal?: AbortSignal,
  ): Promise<QuotaRoom | undefined> {
    if (quotas.length === 0) return undefined;
    using hold = await this.#lock(quotas.map(({ path }) => path), () => quotas, signal);
    return await hold.tightest(quotas);
  }

  /** Locks the counts that writes to these paths change, in sorted order against deadlocks. */
  lock(
    paths: readonly StorePath[],
    quotasOf: QuotasOf,
    signal?: AbortSignal,
  ): Promise<QuotaHold> {
    const folders = paths.flatMap((at) => quotasOf(at).map(({ path }) => path));
    for (const folder of this.#folders) {
      if (paths.some((at) => isWithinAnyCase(folder, at))) folders.push(folder);
    }
    return this.#lock(folders, quotasOf, signal);
  }

  async #lock(
    paths: readonly string[],
    quotasOf: QuotasOf,
    signal: AbortSignal | undefined,
  ): Promise<QuotaHold> {
    const folders = [...new Set(paths)].sort();
    using stack = new DisposableStack();
    for (const folder of folders) {
      this.#folders.add(folder);
      stack.use(await this.#locks.acquire(folder, signal));
    }
    const held = new Map<string, Use>();
    const owned = stack.move();
    const active = folders.length > 0;
    return {
      active,
      tightest: (quotas) => this.#tightest(held, quotas),
      take: async (at, growth, lost) => {
        const kept = active ? this.kept(at, lost) : 0;
        const room = await this.#tightest(held, quotasOf(at));
        if (growth + kept > 0) requireRoom(at, room, growth + kept);
        this.#add(held, at, growth + kept);
        // The versions count it as soon as it is there.
        owned.defer(() => this.#add(held, at, -kept));
        return () => this.#add(held, at, -growth);
      },
      [Symbol.dispose]: () => owned.dispose(),
    };
  }

  async #tightest(
    held: Map<string, Use>,
    quotas: readonly Quota[],
  ): Promise<QuotaRoom | undefined> {
    let tightest: QuotaRoom | undefined;
    for (const quota of quotas) {
      const { bytes } = await this.#use(held, quota.path);
      const kept = this.#versions?.bytesBelow(storePath(quota.path)) ?? 0;
      const room = { quota, used: bytes + kept };
      if (freeIn(room) < freeIn(tightest)) tightest = room;
    }
    return tightest;
  }

  #add(held: ReadonlyMap<string, Use>, at: StorePath, bytes: number): void {
    this.#change(held, at, bytes);
    this.shared?.added(at, bytes);
  }

  /** Another server has added bytes below a path. */
  learn(at: StorePath, bytes: number): void {
    this.#change(new Map(), at, bytes);
  }

  #change(held: ReadonlyMap<string, Use>, at: StorePath, bytes: number): void {
    const uses = [...held, ...this.#uses].filter(([path]) => isWithinAnyCase(path, at));
    for (const use of new Set(uses.map(([, use]) => use))) use.bytes += bytes;
  }

  /** Discards the counts at, above and below a path that was moved or removed. */
  forget(at: StorePath): void {
    this.recount(at);
    this.shared?.forgotten(at);
  }

  /** Does the same for a path that another server has moved or removed. */
  recount(at: StorePath): void {
    for (const path of this.#uses.keys()) {
      if (isWithinAnyCase(path, at) || isWithinAnyCase(at, path)) this.#uses.delete(path);
    }
  }

  /** A hold keeps its count to its end, because a new one would not see what it has reserved. */
  async #use(held: Map<string, Use>, path: string): Promise<Use> {
    const kept = held.get(path);
    if (kept !== undefined) return kept;
    let use = this.#uses.get(path);
    if (use === undefined || performance.now() - use.atMs > QUOTA_RECOUNT_MS) {
      use = { atMs: performance.now(), bytes: 0 };
      this.#uses.set(path, use);
      try {
        await this.#count(storePath(path), use);
      } catch (error) {
        if (this.#uses.get(path) === use) this.#uses.delete(path);
        throw error;
      }
    }
    held.set(path, use);
    return use;
  }

  async #count(dir: StorePath, use: { bytes: number }): Promise<void> {
    for await (const entry of this.#store.list(dir)) {
      if (entry.type === "dir") await this.#count(entry.path, use);
      else use.bytes += entry.bytes;
    }
  }
}
