/**
 * The result of a transfer of one file.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import type { BatchOutcome, TransferResult } from "./remote/transfer_events.ts";

/** Returns the only result. @throws The error of the file that failed. */
export function soleResult({ done: [result], failed: [failure] }: BatchOutcome): TransferResult {
  if (failure !== undefined) throw failure.error;
  if (result === undefined) throw new FtError("internal", "the transfer had no outcome");
  return result;
}
