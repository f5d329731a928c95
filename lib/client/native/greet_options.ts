/**
 * How to start a native connection.
 *
 * @module
 */

import type { RateLimits } from "../../base/rate_limit.ts";

/** How to start a native connection. */
export interface GreetOptions {
  /** Milliseconds to wait for a connection, and later for the next bytes of an answer. */
  readonly timeoutMs: number;
  /** Cancels the greeting. */
  readonly signal?: AbortSignal | undefined;
  /** Identifies this client across connections. */
  readonly identity?: string | undefined;
  /** The rate of each direction, which all connections of a client share. @default no limit */
  readonly rate?: RateLimits | undefined;
  /** The ticket of the client that this further connection belongs to. @default it is the first */
  readonly lane?: string | undefined;
}
