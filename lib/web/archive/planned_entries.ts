/**
 * Bounds the memory of archives: each keeps a list of its entries until its last byte is sent.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { MAX_ARCHIVE_ENTRIES, MAX_PLANNED_ENTRIES } from "../../base/limits.ts";

/** Entries of all archives of this program. */
let planned = 0;

/** Counts the entries of one archive until it is disposed. */
export class PlannedEntries implements Disposable {
  #count = 0;

  /** Counts a further entry. @throws `limit`, retryable if a wait for other archives helps. */
  add(): void {
    if (this.#count >= MAX_ARCHIVE_ENTRIES) {
      const message = `an archive has at most ${MAX_ARCHIVE_ENTRIES} entries: select fewer`;
      throw new FtError("limit", message, { retryable: false });
    }
    if (planned >= MAX_PLANNED_ENTRIES) {
      throw new FtError("limit", "too many archives are being made", { retryable: true });
    }
    planned++;
    this.#count++;
  }

  [Symbol.dispose](): void {
    planned -= this.#count;
    this.#count = 0;
  }
}
