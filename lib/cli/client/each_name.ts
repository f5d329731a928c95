/**
 * Doing one thing to several names.
 *
 * @module
 */

import { EXIT_CODES } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { ClientContext } from "./client_context.ts";
import { reportError } from "../terminal/error_report.ts";

/**
 * Does something to each name; one that fails does not stop the others.
 *
 * @returns 0, or 23 when some of several failed.
 * @throws The error of a single name, and what ends the connection for all.
 */
export async function eachName(
  context: ClientContext,
  act: (name: string) => Promise<void>,
): Promise<number> {
  const { args, signal, out } = context;
  let code = 0;
  for (const name of args) {
    try {
      await act(name);
    } catch (thrown) {
      signal.throwIfAborted();
      if (args.length === 1) throw thrown;
      reportError("ftclient", asFtError(thrown), out);
      code = EXIT_CODES.partial;
    }
  }
  return code;
}
