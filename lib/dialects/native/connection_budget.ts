/**
 * Limits how much memory and work all exchanges of one connection use together.
 *
 * @module
 */

import {
  MAX_BATCHES_READING,
  MAX_BLOCKS_SENDING,
  MAX_LISTINGS_AT_ONCE,
  MAX_UPLOADS_AT_ONCE,
} from "../../base/limits.ts";
import { Semaphore } from "../../base/semaphore.ts";

/** Permits shared by the exchanges of one connection. */
export class ConnectionBudget {
  /** Held by an upload until it ends, as each may buffer a part of a block. */
  readonly uploads: Semaphore = new Semaphore(MAX_UPLOADS_AT_ONCE);
  /** Held by a listing until it ends. */
  readonly listings: Semaphore = new Semaphore(MAX_LISTINGS_AT_ONCE);
  /** Held by a batch that is read until it ends, as it reads many files ahead. */
  readonly batches: Semaphore = new Semaphore(MAX_BATCHES_READING);
  /** Held by a block on its way from the disk to the socket. */
  readonly blocks: Semaphore = new Semaphore(MAX_BLOCKS_SENDING);
}
