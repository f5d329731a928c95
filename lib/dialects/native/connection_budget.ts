/**
 * What the exchanges of one connection share, so that many of them hold no more than a few.
 *
 * @module
 */

import { MAX_BLOCKS_SENDING, MAX_UPLOADS_AT_ONCE } from "../../base/limits.ts";
import { Semaphore } from "../../base/semaphore.ts";

/** Turns of one connection's exchanges. */
export class Shares {
  /** Taken by an upload for as long as it lasts: each may hold a part of a block. */
  readonly uploads: Semaphore = new Semaphore(MAX_UPLOADS_AT_ONCE);
  /** Taken by a block from the disk to the socket. */
  readonly blocks: Semaphore = new Semaphore(MAX_BLOCKS_SENDING);
}
