/**
 * Sharing names of a server by links.
 *
 * @module
 */

import type { Share, SharedName } from "../../native/shares.ts";
import type { CallOptions } from "../../service/files.ts";

export type * from "../../native/shares.ts";

/** How to share. */
export interface ShareOptions extends CallOptions {
  /** Milliseconds until the share expires. @default SHARE_TTL_MS */
  readonly ttlMs?: number | undefined;
  /** Whether it ends with the login that makes the first complete download. @default false */
  readonly once?: boolean | undefined;
  /** Whether it permits uploads. @default false */
  readonly write?: boolean | undefined;
}

/** The shares of this login on a server. */
export interface RemoteShares {
  /**
   * Shares a name with everything below it.
   *
   * @returns The share; without one if everybody has the rights that it would give.
   * @throws `not_found`, `not_allowed`, `limit`, `protocol` for a server without shares.
   */
  make(path: string, options?: ShareOptions): Promise<SharedName>;
  /** Lists the shares of this login; for an admin, those of all users. @throws As `make`. */
  list(options?: CallOptions): Promise<readonly Share[]>;
  /** Ends a share. @throws `not_found`, `not_allowed`, `protocol`. */
  revoke(id: string, options?: CallOptions): Promise<void>;
}
