/**
 * Where current leases are kept, and how many there can be.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { isWithin } from "../base/is_within.ts";
import { MAX_ANONYMOUS_LEASES, MAX_LEASES, MAX_LEASES_PER_HOLDER } from "../base/limits.ts";
import { covers, type HeldLease } from "./held_lease.ts";
import type { LeaseHolder } from "./lease_holder.ts";
import type { StorePath } from "./store_path.ts";

/** Options of {@linkcode LeaseTable}. */
export interface LeaseTableOptions {
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

/** Leases by path. One ends early when its holder may no longer write there. */
export class LeaseTable {
  readonly #held = new Map<StorePath, readonly HeldLease[]>();
  readonly #max: Readonly<Record<"all" | "perHolder" | "anonymous", number>>;
  /** Milliseconds of the clock of all times here. */
  readonly now: () => number;

  /** Creates an empty table. */
  constructor(options: LeaseTableOptions = {}) {
    this.now = options.now ?? (() => performance.now());
    this.#max = {
      all: options.maxLeases ?? MAX_LEASES,
      perHolder: options.maxPerHolder ?? MAX_LEASES_PER_HOLDER,
      anonymous: options.maxAnonymous ?? MAX_ANONYMOUS_LEASES,
    };
  }

  /** Whether there is no lease at all. */
  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** All leases, also those that have ended. */
  *all(): Generator<HeldLease> {
    for (const leases of this.#held.values()) yield* leases;
  }

  /** The leases on exactly this path that bind. */
  at(path: StorePath): readonly HeldLease[] {
    return this.#held.get(path)?.filter((lease) => this.binds(lease)) ?? [];
  }

  /** The leases that cover a path and bind, on it first, then on the folders above it. */
  covering(path: StorePath): HeldLease[] {
    if (this.isEmpty) return [];
    const names = path.split("/");
    const paths = names.map((_, i) => names.slice(0, names.length - i).join("/"));
    return [...new Set([...paths, "."])]
      .flatMap((at) => this.at(at as StorePath))
      .filter((lease) => covers(lease, path));
  }

  /** The names on the way to a path that stand in a folder with a shallow lease. */
  leasedNames(path: StorePath): StorePath[] {
    return [...this.all()]
      .filter((lease) => lease.shallow && lease.path !== path && isWithin(lease.path, path))
      .map((lease) => {
        const from = lease.path === "." ? 0 : lease.path.length + 1;
        const end = path.indexOf("/", from);
        return (end === -1 ? path : path.slice(0, end)) as StorePath;
      });
  }

  /** Whether a lease has not ended. */
  binds(lease: HeldLease): boolean {
    return this.#isCurrent(lease) && lease.holder.mayHold(lease.path);
  }

  /** Adds a lease. @throws `limit` if there are too many. */
  add(lease: HeldLease): void {
    this.#makeRoom(lease.holder);
    this.#held.set(lease.path, [...this.#held.get(lease.path) ?? [], lease]);
  }

  /** Puts a lease in the place of another one on the same path. */
  replace(old: HeldLease, lease: HeldLease): void {
    this.#held.set(lease.path, this.#held.get(lease.path)!.map((one) => one === old ? lease : one));
  }

  /** Replaces all leases. */
  replaceAll(leases: readonly HeldLease[]): void {
    this.#held.clear();
    for (const lease of leases) {
      this.#held.set(lease.path, [...this.#held.get(lease.path) ?? [], lease]);
    }
  }

  /** Drops those leases on exactly this path that are not to be kept. */
  keep(path: StorePath, isKept: (lease: HeldLease) => boolean): void {
    const kept = this.#held.get(path)?.filter(isKept) ?? [];
    if (kept.length === 0) this.#held.delete(path);
    else this.#held.set(path, kept);
  }

  /** Drops those leases that are not to be kept. */
  keepAll(isKept: (lease: HeldLease) => boolean): void {
    for (const path of [...this.#held.keys()]) this.keep(path, isKept);
  }

  #isCurrent({ expiresAtMs, holder }: HeldLease): boolean {
    return expiresAtMs > this.now() && holder.connection?.aborted !== true;
  }

  /** Drops the leases that have ended. @throws `limit` if there is no room for another one. */
  #makeRoom(holder: LeaseHolder): void {
    this.keepAll((lease) => this.#isCurrent(lease));
    if (this.#fullFor(holder) === undefined) return;
    // Permissions take longer to check than times.
    this.keepAll((lease) => this.binds(lease));
    const full = this.#fullFor(holder);
    if (full !== undefined) throw full;
  }

  /** Why there is no room for a lease of this holder; `undefined` if there is. */
  #fullFor({ source, anonymous }: LeaseHolder): FtError | undefined {
    const all = [...this.all()];
    const same = all.filter(({ holder }) => holder.source === source);
    if (same.length >= this.#max.perHolder) return this.#tooMany("you have too many leases", same);
    const unnamed = all.filter(({ holder }) => holder.anonymous);
    const full = all.length >= this.#max.all;
    if (!full && !(anonymous && unnamed.length >= this.#max.anonymous)) return undefined;
    return this.#tooMany("too many leases", full ? all : unnamed);
  }

  #tooMany(message: string, leases: readonly HeldLease[]): FtError {
    const firstMs = leases.reduce(
      (first, { expiresAtMs }) => Math.min(first, expiresAtMs),
      Infinity,
    );
    return new FtError("limit", message, { retryAfterMs: firstMs - this.now() });
  }
}
