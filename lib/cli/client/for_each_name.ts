/**
 * Runs a command for several names.
 *
 * @module
 */

import { EXIT_CODES } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { reportError } from "../terminal/error_report.ts";
import type { ClientContext } from "./client_context.ts";

/**
 * Calls a function for each argument. An error of one name does not stop the others.
 *
 * @returns 0, or 23 when some of several names failed.
 * @throws The error of a single name; the signal's reason.
 */
export async function forEachName(
  { args, signal, out }: ClientContext,
  action: (name: string) => Promise<void>,
): Promise<number> {
  let code = 0;
  for (const name of args) {
    try {
      await action(name);
    } catch (thrown) {
      signal.throwIfAborted();
      if (args.length === 1) throw thrown;
      reportError("ftclient", asFtError(thrown), out);
      code = EXIT_CODES.partial;
    }
  }
  return code;
}
