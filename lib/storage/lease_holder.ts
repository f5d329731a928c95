/**
 * The holder of leases.
 *
 * @module
 */

import type { StorePath } from "./store_path.ts";

/** A client, as far as leases need to know it. */
export interface LeaseHolder {
  /** Identifies it across its connections; compared, and never shown, as it may be a secret. */
  readonly id: string;
  /** The name that is shown to others; never an address. */
  readonly name: string;
  /** Holders with the same value share one limit: the login, or the host of an anonymous client. */
  readonly source: string;
  /** Whether it has not logged in. */
  readonly anonymous: boolean;
  /** Its leases end when this aborts. @default they outlive the connection */
  readonly connection?: AbortSignal | undefined;
  /** The tokens of leases that a request of it sends. @default none */
  readonly tokens?: ReadonlySet<string>;
  /** Whether it exists and may write to a path and everything below it now; else a lease ends. */
  mayHold(path: StorePath): boolean;
  /** Whether it is an admin now: not bound by anonymous leases, and able to release any. */
  isAdmin(): boolean;
}
