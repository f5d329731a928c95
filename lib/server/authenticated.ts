/**
 * The result of a login: a user, and what that user may do.
 *
 * @module
 */

import type { Permission } from "../auth/permission.ts";
import type { Sharing } from "../auth/sharing.ts";
import type { LeaseHolder } from "../storage/lease_holder.ts";

/** The connection a login comes from. */
export interface LoginOrigin {
  /** The peer's address. */
  readonly remote: string;
  readonly encrypted: boolean;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
}

/** A user whose credentials were accepted. */
export interface Authenticated {
  /** The user's name, `token NAME`, or `anonymous`. */
  readonly user: string;
  /** The holder of the leases this client takes. */
  readonly holder: LeaseHolder;
  /** Identifies the client across its connections. @default it is not recognised again */
  readonly identity?: string;
  readonly permission: Permission;
  /** Notes whether it has begun a transfer that is not done. @default nobody has to know */
  readonly noteUnfinished?: (any: boolean) => void;
  /** Notes the complete download of a file. @default nobody has to know */
  readonly noteDownloaded?: (path: string) => void;
  /** The shares of this login, or why it has none. */
  readonly sharing: Sharing | SharingRefusal;
}

/**
 * Why a login makes no shares: everybody has its rights, it is a share itself, its token is for one
 * login, or sharing is switched off.
 */
export type SharingRefusal = "anonymous" | "share" | "once" | "off";

/** The space in `name` keeps it distinct from every identity a client can choose for itself. */
export function holderOf(name: string, permission: Permission): LeaseHolder {
  return {
    ...{ id: name, name, source: name, anonymous: false },
    isAdmin: () => false,
    mayHold: (path) => permission.allowsBelow("write", path),
  };
}
