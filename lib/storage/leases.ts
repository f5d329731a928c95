/**
 * Leases: until a lease expires, only its holder can write to the path. They are kept in memory and
 * end with the server.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { isWithin } from "../base/is_within.ts";
import { MAX_LEASE_TTL_MS, MAX_LEASES } from "../base/limits.ts";
import type { StorePath } from "./store_path.ts";

/** A current lease. */
export interface HeldLease {
  /** The path it covers, with everything below. */
  readonly path: StorePath;
  /** The holder. */
  readonly holder: string;
  /** When it expires, in milliseconds of {@linkcode LeasesOptions.now}. */
  readonly expiresAtMs: number;
}

/** Options of {@linkcode Leases}. */
export interface LeasesOptions {
  /** Milliseconds of a monotonic clock. @default {performance.now} */
  readonly now?: () => number;
  /**
   * Maximum number of leases.
   *
   * @default {MAX_LEASES}
   */
  readonly maxLeases?: number;
}

/**
 * The leases of a server. A lease on a folder covers everything below it.
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

  /** Creates an empty set of leases. */
  constructor(options: LeasesOptions = {}) {
    this.#now = options.now ?? (() => performance.now());
    this.#maxLeases = options.maxLeases ?? MAX_LEASES;
  }

  /**
   * Acquires a lease, or renews one of the same holder.
   *
   * @param ttlMs Its duration in milliseconds, at most {@linkcode MAX_LEASE_TTL_MS}.
   * @throws `conflict` if another holder has a lease on the path, a folder above it or a path below
   *   it; `usage` if `ttlMs` is not positive; `limit` if there are too many.
   */
  acquire(path: StorePath, holder: string, ttlMs: number): HeldLease {
    if (!(ttlMs > 0)) {
      throw new FtError("usage", `Cannot lease ${path}: invalid duration of ${ttlMs} ms`);
    }
    this.check(path, holder, { below: true });
    if (this.find(path) === null) this.#makeRoom();
    const expiresAtMs = this.#now() + Math.min(ttlMs, MAX_LEASE_TTL_MS);
    const lease: HeldLease = { path, holder, expiresAtMs };
    this.#held.set(path, lease);
    return lease;
  }

  /** Releases a lease; a missing one is not an error. @throws `not_allowed` for another holder's. */
  release(path: StorePath, holder: string): void {
    const lease = this.find(path);
    if (lease === null) return;
    if (lease.holder !== holder) {
      throw new FtError("not_allowed", `locked by ${lease.holder}: ${path}`, { name: path });
    }
    this.#held.delete(path);
  }

  /** Returns the lease on exactly this path; `null` if there is none. */
  find(path: StorePath): HeldLease | null {
    const lease = this.#held.get(path);
    return lease !== undefined && lease.expiresAtMs > this.#now() ? lease : null;
  }

  /**
   * Checks whether a write is allowed.
   *
   * @param options `below`: the write also affects everything below the path, like the move of a
   *   folder.
   * @throws `conflict` if another holder has a lease on the path or a folder above it.
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
