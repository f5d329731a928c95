/**
 * Leases: until a lease expires, only its holder can write to the path. They are kept in memory, and
 * end with the server unless it shares them with others.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { isWithin } from "../base/is_within.ts";
import { MAX_LEASE_TTL_MS } from "../base/limits.ts";
import { LockedError } from "../base/locked_error.ts";
import {
  type CheckedWrite,
  covers,
  type HeldLease,
  isHeldBy,
  isOf,
  protects,
  type TokenLease,
} from "./held_lease.ts";
import { type LeaseChanges, OWN_LEASES } from "./lease_changes.ts";
import type { LeaseHolder } from "./lease_holder.ts";
import { LeaseTable, type LeaseTableOptions } from "./lease_table.ts";
import type { StorePath } from "./store_path.ts";

/** Options of {@linkcode Leases.check}. */
export interface CheckOptions extends CheckedWrite {
  /** Whether the error may name a path below. @default it may name all */
  readonly mayKnow?: (path: StorePath) => boolean;
}

/** A lease in a list of all. */
export interface ListedLease {
  readonly path: StorePath;
  readonly holder: string;
  readonly leftMs: number;
  /** Present if others can have a lease on the same path. */
  readonly shared?: true;
}

/**
 * The leases of a server. A lease on a folder covers everything below it, or only the folder and its
 * names. It ends early when its holder may no longer write there, as a user who was removed. Leases of
 * anonymous holders do not bind admins.
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
  readonly #table: LeaseTable;
  /** How changes reach other servers. @default there are none */
  changes: LeaseChanges = OWN_LEASES;

  /** Creates an empty set of leases. */
  constructor(options?: LeaseTableOptions) {
    this.#table = new LeaseTable(options);
  }

  /** All leases that bind. */
  held(): HeldLease[] {
    return [...this.#table.all()].filter((lease) => this.#table.binds(lease));
  }

  /** Replaces all leases by those that the servers of a cluster have agreed on. */
  replaceAll(leases: readonly HeldLease[]): void {
    this.#table.replaceAll(leases);
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
    const lease = this.#begun({ path, holder }, ttlMs);
    const isOwn = (held: HeldLease) => held.token === undefined && isHeldBy(held, holder);
    this.#requireNone(path, holder, { ...options, below: true }, isOwn);
    const own = this.#table.at(path).find(isOwn);
    if (own !== undefined) this.#table.replace(own, lease);
    else this.#put(lease);
    return lease;
  }

  /**
   * Acquires a lease that belongs to the client with its token. Not even its user has another one
   * there, unless both are shared.
   *
   * @throws As {@linkcode acquire}.
   */
  lock(
    { path, holder, ...how }: Pick<HeldLease, "path" | "holder"> & TokenLease,
    ttlMs: number,
    options: Pick<CheckOptions, "mayKnow"> = {},
  ): HeldLease {
    const lease = this.#begun({ path, holder, ...how }, ttlMs);
    const write = { ...options, below: !how.shallow };
    this.#requireNone(path, holder, write, (other) => how.shared && other.shared === true);
    this.#put(lease);
    return lease;
  }

  /** @throws As {@linkcode acquire}, but for other leases. */
  #begun(lease: Omit<HeldLease, "expiresAtMs">, ttlMs: number): HeldLease {
    const { path, holder } = lease;
    holder.connection?.throwIfAborted();
    if (!(ttlMs > 0)) {
      throw new FtError("usage", `Cannot lease ${path}: invalid duration of ${ttlMs} ms`);
    }
    return { ...lease, expiresAtMs: this.#table.now() + Math.min(ttlMs, MAX_LEASE_TTL_MS) };
  }

  /** Adds a lease. What is on its path and does not bind its holder ends. */
  #put(lease: HeldLease): void {
    this.#table.add(lease);
    const { path, shared } = lease;
    this.#table.keep(path, (one) => one === lease || (shared === true && one.shared === true));
  }

  /**
   * Renews a lease by its token.
   *
   * @param path A path that it covers.
   * @returns `null` if there is none.
   * @throws As {@linkcode acquire}, but for other leases.
   */
  renew(path: StorePath, token: string, who: LeaseHolder, ttlMs: number): HeldLease | null {
    const old = this.#byToken(path, token);
    if (old === undefined || !isHeldBy(old, who)) return null;
    const lease = this.#begun(old, ttlMs);
    this.#table.replace(old, lease);
    return lease;
  }

  /**
   * Releases the leases of a user on a path; if there are none at all, that is not an error.
   *
   * @param options `force`: an admin releases any lease.
   * @throws `not_allowed` for another holder's.
   */
  release(path: StorePath, who: LeaseHolder, options: { readonly force?: boolean } = {}): void {
    const all = this.#table.at(path);
    const any = options.force === true && who.isAdmin();
    const released = all.filter((lease) => any || isOf(lease, who));
    if (released.length === 0 && all.length > 0) throw lockedBy(all[0]!.holder.name, path);
    this.#table.keep(path, (lease) => !released.includes(lease));
  }

  /**
   * Releases a lease by its token.
   *
   * @param path A path that it covers.
   * @returns Whether there was one.
   * @throws `not_allowed` for one of another login.
   */
  unlock(path: StorePath, token: string, who: LeaseHolder): boolean {
    const lease = this.#byToken(path, token);
    if (lease === undefined) return false;
    const { holder } = lease;
    if (!holder.anonymous && holder.id !== who.id) throw lockedBy(holder.name, lease.path);
    this.#table.keep(lease.path, (one) => one !== lease);
    return true;
  }

  /**
   * Ends the leases by token on something that is no longer there.
   *
   * @param options `below`: also those on what was in it.
   */
  forget(path: StorePath, { below = false }: Pick<CheckOptions, "below"> = {}): void {
    if (this.#table.isEmpty) return;
    const gone = (lease: HeldLease) => below ? isWithin(path, lease.path) : lease.path === path;
    this.#table.keepAll((lease) => lease.token === undefined || !gone(lease));
  }

  /** {@linkcode forget}s without waiting for other servers; what they do not learn of expires. */
  forgetSoon(path: StorePath, options?: Pick<CheckOptions, "below">): void {
    if (this.#table.isEmpty) return;
    this.changes.make(() => this.forget(path, options)).catch(() => {});
  }

  /** Returns all current leases with the time left, in the order of their paths. */
  list(): ListedLease[] {
    return [...this.#table.all()].filter((lease) => this.#table.binds(lease))
      .map((lease) => ({
        path: lease.path,
        ...this.#shown(lease),
        ...(lease.shared && { shared: true as const }),
      }))
      .sort((a, b) => a.path < b.path ? -1 : 1);
  }

  /** Returns a lease that covers a path, on it or on a folder above it. */
  covering(path: StorePath): { readonly holder: string; readonly leftMs: number } | undefined {
    const [lease] = this.#table.covering(path);
    return lease && this.#shown(lease);
  }

  /** Returns the leases that cover a path, on it and on the folders above it. */
  allCovering(path: StorePath): HeldLease[] {
    return this.#table.covering(path);
  }

  /** Milliseconds until a lease expires. */
  leftMs({ expiresAtMs }: HeldLease): number {
    return Math.ceil(expiresAtMs - this.#table.now());
  }

  /** Returns a lease on exactly this path; `null` if there is none. */
  find(path: StorePath): HeldLease | null {
    return this.#table.at(path)[0] ?? null;
  }

  /**
   * Checks whether a write is allowed. Of several shared leases it takes one.
   *
   * @throws `conflict` if another client has a lease on the path or a folder above it.
   */
  check(path: StorePath, who: LeaseHolder, options: CheckOptions = {}): void {
    let shared: HeldLease[] | undefined;
    this.#requireNone(path, who, options, (lease) => {
      if (isHeldBy(lease, who)) return true;
      if (!lease.shared) return false;
      shared ??= [...this.#table.all()].filter((one) => one.shared && isHeldBy(one, who));
      const at = covers(lease, path) ? path : lease.path;
      return shared.some((own) => covers(own, at) && this.#table.binds(own));
    });
  }

  /**
   * Returns the names on the way to a path that stand in a folder whose names somebody leases: such a
   * name must not be added without a check.
   */
  leasedNames(path: StorePath): StorePath[] {
    return this.#table.isEmpty ? [] : this.#table.leasedNames(path);
  }

  /** @throws `conflict` if there is a lease that a write must not ignore. */
  #requireNone(
    path: StorePath,
    who: LeaseHolder,
    options: CheckOptions,
    isMine: (lease: HeldLease) => boolean,
  ): void {
    for (const lease of this.#table.all()) {
      if (!protects(lease, path, options) || isMine(lease)) continue;
      const { holder } = lease;
      if (!this.#table.binds(lease) || (holder.anonymous && who.isAdmin())) continue;
      const isBelow = !isWithin(lease.path, path);
      const hidden = isBelow && !(options.mayKnow?.(lease.path) ?? true);
      const leftMs = lease.expiresAtMs - this.#table.now();
      const locked = hidden ? path : lease.path;
      throw new LockedError({ path, locked, holder: holder.name, leftMs });
    }
  }

  #byToken(path: StorePath, token: string): HeldLease | undefined {
    return this.#table.covering(path).find((lease) => lease.token === token);
  }

  #shown(lease: HeldLease): { readonly holder: string; readonly leftMs: number } {
    return { holder: lease.holder.name, leftMs: this.leftMs(lease) };
  }
}

function lockedBy(name: string, path: StorePath): FtError {
  const facts = { name: path, kind: "locked" } as const;
  return new FtError("not_allowed", `locked by ${name}: ${path}`, facts);
}
