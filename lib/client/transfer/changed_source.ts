/**
 * Starts a transfer again when the content changes while it runs.
 *
 * @module
 */

import { FtError, hasCode } from "../../base/errors.ts";
import { MAX_SOURCE_CHANGES } from "../../base/limits.ts";
import type { TransferRequest } from "../remote/transfers.ts";

/**
 * Runs a transfer, and again each time it ends because something changed, up to
 * {@linkcode MAX_SOURCE_CHANGES} times.
 *
 * @param change The notice for the user, such as "a.txt changed during the transfer".
 * @throws The error of the last attempt.
 */
export async function retryOnChange<T>(
  change: string,
  { context, progress }: TransferRequest,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let changes = 0;; changes++) {
    try {
      return await attempt();
    } catch (error) {
      const again = hasCode(error, "conflict") && error.retryable && changes < MAX_SOURCE_CHANGES;
      if (!again) throw context.options.snapshot ? error : withAdvice(error);
      context.onEvent({ kind: "notice", text: `${change}: starting again` });
      progress.restart();
    }
  }
}

/** Adds what helps against a source that changes too often. */
function withAdvice(error: unknown): unknown {
  if (!hasCode(error, "conflict") || !error.retryable) return error;
  const message = `${error.message} (--snapshot copies a file that grows as far as it goes now)`;
  const { subject: name, retryAfterMs } = error;
  return new FtError("conflict", message, { name, retryable: true, retryAfterMs, cause: error });
}
