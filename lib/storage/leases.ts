/**
 * Leases: until a lease expires, only its holder can write to the path. They are kept in memory and
 * end with the server.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { isWithin } from "../base/is_within.ts";
import {
  MAX_ANONYMOUS_LEASES,
  MAX_LEASE_TTL_MS,
  MAX_LEASES,
  MAX_LEASES_PER_HOLDER,
} from "../base/limits.ts";
import type { LeaseHolder } from "./lease_holder.ts";
import type { StorePath } from "./store_path.ts";

/** A current lease. */
export interface HeldLease {
  /** The path it covers, with everything below. */
  readonly path: StorePath;
  /** The holder. */
  readonly holder: LeaseHolder;
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
  /**
   * Maximum number of leases of one {@linkcode LeaseHolder.source}.
   *
   * @default {MAX_LEASES_PER_HOLDER}
   */
  readonly maxPerHolder?: number;
  /**
   * Maximum number of leases of all anonymous holders.
   *
   * @default {MAX_ANONYMOUS_LEASES}
   */
  readonly maxAnonymous?: number;
}

/** Options of {@linkcode Leases.check}. */
export interface CheckOptions {
  /** Whether the write also affects everything below, like the move of a folder. @default {false} */
  readonly below?: boolean;
  /** Whether the error may name a path below. @default it may name all */
  readonly mayKnow?: (path: StorePath) => boolean;
}

/**
 * The leases of a server. A lease on a folder covers everything below it. It ends early when its
 * holder may no longer write there, as a user who was removed. Leases of anonymous holders do not
 * bind admins.
 *
 * @example
 * ```ts
 * import { Leases } from "./leases.ts";
 * import { storePath } from "./store_path.ts";
 *
 * const leases = new Leases();
 * const ana = {
 *   ...{ id: "user ana", name: "ana", source: "ana", anonymous: false },
 *   ...{ isAdmin: () => false, mayHold: () => true },
 * };
 * leases.acquire(storePath("docs"), ana, 60_000);
 * leases.check(storePath("docs/a.txt"), ana);
 * ```
 */
export class Leases {
  readonly #held = new Map<StorePath, HeldLease>();
  readonly #now: () => number;
  readonly #max: Readonly<Record<"all" | "perHolder" | "anonymous", number>>;

  /** Creates an empty set of leases. */
  constructor(options: LeasesOptions = {}) {
    this.#now = options.now ?? (() => performance.now());
    this.#max = {
      all: options.maxLeases ?? MAX_LEASES,
      perHolder: options.maxPerHolder ?? MAX_LEASES_PER_HOLDER,
      anonymous: options.maxAnonymous ?? MAX_ANONYMOUS_LEASES,
    };
  }

  /**
   * Acquires a lease, or renews one of the same holder.
   *
   * @param ttlMs Its duration in milliseconds, at most {@linkcode MAX_LEASE_TTL_MS}.
   * @param options See {@linkcode check}.
   * @throws `conflict` if another holder has a lease on the path, a folder above it or a path below
   *   it; `usage` if `ttlMs` is not positive; `limit` if there are too many; why the connection of
   *   the holder ended, if its leases end with it.
   */
  acquire(
    path: StorePath,
    holder: LeaseHolder,
    ttlMs: number,
    options: Pick<CheckOptions, "mayKnow"> = {},
  ): HeldLease {
    holder.connection?.throwIfAborted();
    if (!(ttlMs > 0)) {
      throw new FtError("usage", `Cannot lease ${path}: invalid duration of ${ttlMs} ms`);
    }
    this.check(path, holder, { ...options, below: true });
    if (this.find(path)?.holder.id !== holder.id) this.#makeRoom(holder);
    const expiresAtMs = this.#now() + Math.min(ttlMs, MAX_LEASE_TTL_MS);
    const lease: HeldLease = { path, holder, expiresAtMs };
    this.#held.set(path, lease);
    return lease;
  }

  /**
   * Releases a lease; a missing one is not an error.
   *
   * @param options `force`: an admin releases any lease.
   * @throws `not_allowed` for another holder's.
   */
  release(path: StorePath, who: LeaseHolder, options: { readonly force?: boolean } = {}): void {
    const lease = this.find(path);
    if (lease === null) return;
    const { holder } = lease;
    if (holder.id !== who.id && !(options.force && who.isAdmin())) {
      const facts = { name: path, kind: "locked" } as const;
      throw new FtError("not_allowed", `locked by ${holder.name}: ${path}`, facts);
    }
    this.#held.delete(path);
  }

  /** Returns all current leases with the time left, in the order of their paths. */
  list(): { readonly path: StorePath; readonly holder: string; readonly leftMs: number }[] {
    const now = this.#now();
    return [...this.#held.values()].filter((lease) => this.#binds(lease))
      .map(({ path, holder, expiresAtMs }) => ({
        ...{ path, holder: holder.name, leftMs: Math.ceil(expiresAtMs - now) },
      }))
      .sort((a, b) => a.path < b.path ? -1 : 1);
  }

  /** Returns the lease that covers a path, on it or on a folder above it. */
  covering(path: StorePath): { readonly holder: string; readonly leftMs: number } | undefined {
    if (this.#held.size === 0) return undefined;
    const names = path.split("/");
    for (let depth = names.length; depth >= 0; depth--) {
      const at = names.slice(0, depth).join("/") || ".";
      const lease = this.find(at as StorePath);
      if (lease === null) continue;
      return { holder: lease.holder.name, leftMs: Math.ceil(lease.expiresAtMs - this.#now()) };
    }
    return undefined;
  }

  /** Returns the lease on exactly this path; `null` if there is none. */
  find(path: StorePath): HeldLease | null {
    const lease = this.#held.get(path);
    return lease !== undefined && this.#binds(lease) ? lease : null;
  }

  /**
   * Checks whether a write is allowed.
   *
   * @throws `conflict` if another holder has a lease on the path or a folder above it.
   */
  check(path: StorePath, who: LeaseHolder, options: CheckOptions = {}): void {
    for (const lease of this.#held.values()) {
      const { holder } = lease;
      if (holder.id === who.id) continue;
      const isBelow = !isWithin(lease.path, path);
      if (isBelow && !(options.below && isWithin(path, lease.path))) continue;
      if (!this.#binds(lease) || (holder.anonymous && who.isAdmin())) continue;
      const hidden = isBelow && !(options.mayKnow?.(lease.path) ?? true);
      throw new FtError("conflict", `locked by ${holder.name}: ${hidden ? path : lease.path}`, {
        name: path,
        kind: "locked",
        retryAfterMs: lease.expiresAtMs - this.#now(),
      });
    }
  }

  #binds(lease: HeldLease): boolean {
    return this.#isCurrent(lease) && lease.holder.mayHold(lease.path);
  }

  #isCurrent({ expiresAtMs, holder }: HeldLease): boolean {
    return expiresAtMs > this.#now() && holder.connection?.aborted !== true;
  }

  /** Drops the leases that have ended. @throws `limit` if there is no room for another one. */
  #makeRoom(holder: LeaseHolder): void {
    this.#keep((lease) => this.#isCurrent(lease));
    if (this.#fullFor(holder) === undefined) return;
    // Permissions take longer to check than times.
    this.#keep((lease) => this.#binds(lease));
    const full = this.#fullFor(holder);
    if (full !== undefined) throw new FtError("limit", full);
  }

  #keep(isKept: (lease: HeldLease) => boolean): void {
    for (const lease of this.#held.values()) if (!isKept(lease)) this.#held.delete(lease.path);
  }

  /** Why there is no room for a lease of this holder; `undefined` if there is. */
  #fullFor({ source, anonymous }: LeaseHolder): string | undefined {
    let [same, unnamed] = [0, 0];
    for (const { holder } of this.#held.values()) {
      if (holder.source === source) same++;
      if (holder.anonymous) unnamed++;
    }
    if (same >= this.#max.perHolder) return "you have too many leases";
    const full = this.#held.size >= this.#max.all || (anonymous && unnamed >= this.#max.anonymous);
    return full ? "too many leases" : undefined;
  }
}
