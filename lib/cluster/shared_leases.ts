/**
 * Leases that all servers of a cluster grant together: one value on the bus has them all, and a
 * server replaces it only if nobody was faster. Its revision is the fencing number.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { every } from "../base/every.ts";
import { LEASE_SWEEP_MS, MAX_BUS_VALUE_BYTES, MAX_CLUSTER_SWAPS } from "../base/limits.ts";
import { KeyedLock } from "../base/keyed_lock.ts";
import type { LeaseChanges } from "../storage/lease_changes.ts";
import type { HeldLease } from "../storage/held_lease.ts";
import type { Leases } from "../storage/leases.ts";
import type { Bucket, BucketEntry } from "./bucket.ts";
import { leaseOf, type LeaseRecord, parseRecords, recordOf } from "./lease_record.ts";

const KEY = "leases";

/** Shares the leases of one server with the others. */
export class SharedLeases implements LeaseChanges, AsyncDisposable {
  readonly #leases: Leases;
  readonly #bucket: Bucket;
  /** Names this run of this server. */
  readonly #server = crypto.randomUUID();
  /** The leases that this server granted, as their holders are only known here. */
  readonly #own = new Map<string, HeldLease>();
  readonly #ids = new WeakMap<HeldLease, string>();
  readonly #records = new Map<string, LeaseRecord>();
  readonly #turns = new KeyedLock();
  readonly #stop = new AbortController();
  #text = "[]";
  #revision = 0;
  /** The question that begins next, for all who have come since the last one began. */
  #nextAsk: Promise<void> | undefined;
  #changing = false;

  private constructor(leases: Leases, bucket: Bucket) {
    this.#leases = leases;
    this.#bucket = bucket;
  }

  /**
   * Begins to share leases, whose clock has to be that of the bus.
   *
   * @throws `network`.
   */
  static async start(leases: Leases, bucket: Bucket): Promise<SharedLeases> {
    const shared = new SharedLeases(leases, bucket);
    await bucket.watch((entry) => shared.#learn(entry), shared.#stop.signal);
    const sweep = every(LEASE_SWEEP_MS, () => shared.#sweep());
    shared.#stop.signal.addEventListener("abort", () => sweep[Symbol.dispose]());
    leases.changes = shared;
    return shared;
  }

  fresh(): Promise<void> {
    // The answer to a question that has begun may be older than what this caller has to respect.
    return this.#nextAsk ??= this.#askInTurn();
  }

  async #askInTurn(): Promise<void> {
    // Nothing is learned while a change is under way.
    using _turn = await this.#turns.acquire(KEY, this.#stop.signal)
      .finally(() => this.#nextAsk = undefined);
    await this.#ask();
  }

  async #ask(): Promise<void> {
    const entry = await this.#bucket.get(KEY);
    if (entry !== null) this.#learn(entry);
  }

  async make<T>(change: () => T): Promise<T> {
    using _turn = await this.#turns.acquire(KEY, this.#stop.signal);
    for (let swaps = 0; swaps < MAX_CLUSTER_SWAPS; swaps++) {
      await this.#ask();
      this.#changing = true;
      try {
        const result = change();
        const text = this.#written();
        if (text === this.#text) return result;
        const revision = await this.#bucket.swap(KEY, text, this.#revision);
        if (revision !== null) {
          [this.#text, this.#revision] = [text, revision];
          return result;
        }
        this.#restore();
      } catch (error) {
        this.#restore();
        throw error;
      } finally {
        this.#changing = false;
      }
    }
    const message = "too many servers change leases at once; try again";
    throw new FtError("conflict", message, { retryable: true });
  }

  /** The leases as they are now, for the others. @throws `limit` if there are too many. */
  #written(): string {
    const records = this.#leases.held().map((lease) => {
      const known = this.#ids.get(lease);
      if (known !== undefined) return this.#records.get(known)!;
      const id = crypto.randomUUID();
      this.#ids.set(lease, id);
      this.#own.set(id, lease);
      const record = recordOf(lease, id, this.#server);
      this.#records.set(id, record);
      return record;
    });
    const text = JSON.stringify(records);
    if (text.length <= MAX_BUS_VALUE_BYTES / 2) return text;
    throw new FtError("limit", "the servers of this cluster have too many leases");
  }

  /** Another server has changed the leases. */
  #learn({ key, value, revision }: BucketEntry): void {
    // A change that is under way finds out when it is written.
    if (key !== KEY || value === null || revision <= this.#revision || this.#changing) return;
    [this.#text, this.#revision] = [value, revision];
    this.#restore();
  }

  /** Makes the leases what the servers have agreed on. */
  #restore(): void {
    const records = parseRecords(this.#text);
    const ids = new Set(records.map(({ id }) => id));
    for (const id of this.#records.keys()) {
      if (!ids.has(id)) {
        this.#records.delete(id);
        this.#own.delete(id);
      }
    }
    this.#leases.replaceAll(records.map((record) => {
      this.#records.set(record.id, record);
      const own = this.#own.get(record.id);
      if (own !== undefined) return own;
      const lease = leaseOf(record);
      this.#ids.set(lease, record.id);
      return lease;
    }));
  }

  /** Tells the others of leases that have ended early. */
  #sweep(): void {
    const held = new Set(this.#leases.held());
    const ended = [...this.#own.values()].some((lease) => !held.has(lease));
    if (ended) this.make(() => {}).catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new FtError("interrupted", "the server stops"));
    return Promise.resolve();
  }
}
