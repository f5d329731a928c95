/**
 * Promises that others' writes to a path are refused until a moment. Kept in memory: a lease ends
 * with the server that gave it.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { isWithin } from "../base/is_within.ts";
import { MAX_LEASE_TTL_MS, MAX_LEASES } from "../base/limits.ts";
import type { StorePath } from "./store_path.ts";

/** A lease as it stands. */
export interface HeldLease {
  /** What it covers, with all below. */
  readonly path: StorePath;
  /** Whose it is. */
  readonly holder: string;
  /** Milliseconds by the clock of {@linkcode LeasesOptions.now}. */
  readonly expiresAtMs: number;
}

/** Options of {@linkcode Leases}. */
export interface LeasesOptions {
  /** Milliseconds. @default by a clock that goes on when the system's is set */
  readonly now?: () => number;
  /**
   * Leases at once.
   *
   * @default {MAX_LEASES}
   */
  readonly maxLeases?: number;
}

/**
 * Who holds what. A lease on a folder covers all below it.
 *
 * @example
 * ```ts
 * import { Leases } from "./leases.ts";
 * import { storePath } from "./store_path.ts";
 *
 * const leases = new Leases();
 * leases.acquire(storePath("docs"), "ana", 60_000);
 * leases.check(storePath("docs/a.txt"), "ana");
 * ```
 */
export class Leases {
  readonly #held = new Map<StorePath, HeldLease>();
  readonly #now: () => number;
  readonly #maxLeases: number;

  /** Nobody holds anything yet. */
  constructor(options: LeasesOptions = {}) {
    this.#now = options.now ?? (() => performance.now());
    this.#maxLeases = options.maxLeases ?? MAX_LEASES;
  }

  /**
   * Takes a lease, or renews the holder's own.
   *
   * @param ttlMs Milliseconds it lasts; more than {@linkcode MAX_LEASE_TTL_MS} is cut to that.
   * @throws `conflict` when another holds the path, a folder above it or something below it;
   *   `usage` when `ttlMs` is not positive; `limit` when there are too many.
   */
  acquire(path: StorePath, holder: string, ttlMs: number): HeldLease {
    if (!(ttlMs > 0)) throw new FtError("usage", `Cannot lease ${path}: it would last ${ttlMs} ms`);
    this.check(path, holder, { below: true });
    if (this.find(path) === null) this.#makeRoom();
    const expiresAtMs = this.#now() + Math.min(ttlMs, MAX_LEASE_TTL_MS);
    const lease: HeldLease = { path, holder, expiresAtMs };
    this.#held.set(path, lease);
    return lease;
  }

  /** Ends a lease; none is no error. @throws `not_allowed` when another holds it. */
  release(path: StorePath, holder: string): void {
    const lease = this.find(path);
    if (lease === null) return;
    if (lease.holder !== holder) {
      throw new FtError("not_allowed", `locked by ${lease.holder}: ${path}`, { name: path });
    }
    this.#held.delete(path);
  }

  /** The lease on exactly this path, `null` when there is none. */
  find(path: StorePath): HeldLease | null {
    const lease = this.#held.get(path);
    return lease !== undefined && lease.expiresAtMs > this.#now() ? lease : null;
  }

  /**
   * Whether a write may go on.
   *
   * @param options `below`: the write concerns all below the path too, as a move of a folder does.
   * @throws `conflict` when another holds the path or a folder above it.
   */
  check(path: StorePath, who: string, options: { readonly below?: boolean } = {}): void {
    const now = this.#now();
    for (const lease of this.#held.values()) {
      if (lease.holder === who || lease.expiresAtMs <= now) continue;
      if (!isWithin(lease.path, path) && !(options.below && isWithin(path, lease.path))) continue;
      throw new FtError("conflict", `locked by ${lease.holder}: ${lease.path}`, {
        name: path,
        retryAfterMs: lease.expiresAtMs - now,
      });
    }
  }

  #makeRoom(): void {
    if (this.#held.size < this.#maxLeases) return;
    const now = this.#now();
    for (const lease of this.#held.values()) {
      if (lease.expiresAtMs <= now) this.#held.delete(lease.path);
    }
    if (this.#held.size >= this.#maxLeases) throw new FtError("limit", "too many leases");
  }
}
