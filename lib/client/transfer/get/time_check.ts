/**
 * Whether a file system stores the times of files.
 *
 * @module
 */

import { lstatOrNull } from "../../../base/missing_files.ts";
import type { TransferContext } from "../../remote/transfer_context.ts";
import { noticeTime, sameTime } from "../local_facts.ts";

/** Every file system has the times from 1970 to this one. */
const COMMON_MS = 2 ** 31 * 1000;
/** A time that is no multiple of this is stored only where each millisecond is. */
const COARSE_MS = 10;

/**
 * Looks at the times of the files in one folder. After one that was stored to the millisecond, only
 * unusual ones are looked at.
 */
export class TimeCheck {
  #exact = false;

  /** Reports a time that could not be stored. */
  look(path: string, wantedMs: number, context: Pick<TransferContext, "onEvent">): void {
    const common = wantedMs >= 0 && wantedMs < COMMON_MS;
    if (this.#exact && common) return;
    const foundMs = lstatOrNull(path)?.mtime?.getTime() ?? wantedMs;
    noticeTime(path, wantedMs, foundMs, context);
    if (common && wantedMs % COARSE_MS !== 0) this.#exact = sameTime(wantedMs, foundMs);
  }
}
