/**
 * The refusal of a write to something that another client has locked.
 *
 * @module
 */

import { FtError } from "./errors.ts";

/** The facts of a {@linkcode LockedError}. */
export interface Lockout {
  /** The path of the request. */
  readonly path: string;
  /** The path of the lock, as far as the client may know it. */
  readonly locked: string;
  /** The name of its holder. */
  readonly holder: string;
  /** The time until it expires, in milliseconds. */
  readonly leftMs: number;
}

/** A `conflict` with a lock of another client. */
export class LockedError extends FtError {
  /** The path of the lock, as far as the client may know it. */
  readonly locked: string;

  /** Creates the refusal. */
  constructor({ path, locked, holder, leftMs }: Lockout) {
    const facts = { name: path, kind: "locked", retryAfterMs: leftMs } as const;
    super("conflict", `locked by ${holder}: ${locked}`, facts);
    this.locked = locked;
  }
}
