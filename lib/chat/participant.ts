/**
 * A client of the chat, as the hub needs to know it.
 *
 * @module
 */

import type { TokenBucket } from "../base/token_bucket.ts";

/** A client that takes a seat or sends a message. */
export interface Participant {
  /** Identifies the client across its connections. */
  readonly identity?: string;
  /** Limits how fast it may send. @default a seat has its own limit, the operator has none */
  readonly allowance?: TokenBucket;
  /** Whether a name belongs to another user, so that this client cannot have it. @default none */
  isReserved?(name: string): boolean;
  /** Whether it may know that a file exists. @default it may not */
  mayKnow?(path: string): boolean;
  /** Called before it joins, and before each message in either direction. @throws `not_allowed`. */
  requireAccess?(): void;
  /** Called when it has taken a seat. The hub disposes the result when the seat is gone. */
  seated?(seat: string): Disposable;
  /** Called when it has sent a message. */
  said?(from: string, text: string, to: string | undefined): void;
}
