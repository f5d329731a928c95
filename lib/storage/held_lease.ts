/**
 * One lease, and what it binds.
 *
 * @module
 */

import { dirname } from "@std/path/posix/dirname";
import { isWithin } from "../base/is_within.ts";
import type { LeaseHolder } from "./lease_holder.ts";
import type { StorePath } from "./store_path.ts";

/** A lease that a client takes by token. */
export interface TokenLease {
  /** Proves that a request comes from the client that has the lease. */
  readonly token: string;
  /** Whether others can have a shared lease on the same path. */
  readonly shared: boolean;
  /** Whether it covers, of a folder, only itself and which names it has. */
  readonly shallow: boolean;
  /** The holder's text about itself, for others to read. @default none */
  readonly owner?: string | undefined;
}

/** A current lease. */
export interface HeldLease extends Partial<TokenLease> {
  /** The path it covers, with everything below unless it is shallow. */
  readonly path: StorePath;
  /** The holder. Without a token, all its clients can write. */
  readonly holder: LeaseHolder;
  /** When it expires, in milliseconds of the clock of its {@linkcode Leases}. */
  readonly expiresAtMs: number;
}

/** A write, as far as leases are concerned. */
export interface CheckedWrite {
  /** Whether it also affects everything below, like the move of a folder. @default {false} */
  readonly below?: boolean | undefined;
  /** Whether it adds the name to its folder, or takes it away. @default {false} */
  readonly entry?: boolean | undefined;
}

/** Whether a lease covers a path: its own or, unless it is shallow, one below. */
export function covers({ path: of, shallow }: HeldLease, path: StorePath): boolean {
  return shallow ? of === path : isWithin(of, path);
}

/** Whether a write to a path changes what a lease protects. */
export function protects(lease: HeldLease, path: StorePath, write: CheckedWrite): boolean {
  if (covers(lease, path)) return true;
  if (write.below && isWithin(path, lease.path)) return true;
  return write.entry === true && dirname(path) === lease.path;
}

/** Whether a client is the one that has a lease: the same login, or one that sends its token. */
export function isHeldBy({ token, holder }: HeldLease, who: LeaseHolder): boolean {
  if (token === undefined) return holder.id === who.id;
  // The token of a login gives others nothing: it is no secret.
  return who.tokens?.has(token) === true && (holder.anonymous || holder.id === who.id);
}

/** Whether a client is the user who took a lease, perhaps with another program. */
export function isOf({ token, holder }: HeldLease, who: LeaseHolder): boolean {
  return holder.id === who.id && (token === undefined || !holder.anonymous);
}

/** Whether a client may know the token of a lease: its user, or an anonymous client of its host. */
export function mayKnowToken({ holder }: HeldLease, who: LeaseHolder): boolean {
  return holder.anonymous ? holder.source === who.source : holder.id === who.id;
}
