/**
 * Starting again when content changes under a transfer.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import { MAX_SOURCE_CHANGES } from "../../base/limits.ts";
import type { Progress, TransferContext } from "./transfer_context.ts";

/**
 * Runs a transfer, again when it ends because something changed meanwhile, up to
 * {@linkcode MAX_SOURCE_CHANGES} times.
 *
 * @param changed What the user is told then, as in "a.txt changed meanwhile".
 * @throws What the last attempt threw.
 */
export async function againOnChange<T>(
  changed: string,
  parts: TransferContext,
  progress: Progress,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let changes = 0;; changes++) {
    try {
      return await attempt();
    } catch (error) {
      const again = hasCode(error, "conflict") && error.retryable && changes < MAX_SOURCE_CHANGES;
      if (!again) throw error;
      parts.onEvent({ kind: "notice", text: `${changed}: starting again` });
      progress.restart();
    }
  }
}
