/**
 * Runs a command for several names on the server.
 *
 * @module
 */

import { EXIT_CODES } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import {
  type MatchedName,
  matchedNames,
  type MatchOptions,
} from "../../client/transfer/matched_names.ts";
import type { Files } from "../../service/files.ts";
import { reportError } from "../terminal/error_report.ts";
import type { ClientContext } from "./client_context.ts";

/** The names for {@linkcode forEachName}, and their action. */
export interface NameRun extends Pick<MatchOptions, "take"> {
  /** The files on the server. */
  readonly files: Files;
  /** Runs for each name. */
  readonly action: (name: string) => Promise<void>;
}

/**
 * Calls a function for each name that the arguments mean. An error of one name does not stop the
 * others.
 *
 * @returns 0, or 23 when some of several names failed.
 * @throws The error of a single name; the signal's reason.
 */
export async function forEachName(
  context: ClientContext,
  { files, take, action }: NameRun,
): Promise<number> {
  const { args, signal } = context;
  const matches = await matchedNames(files, args, { take, signal });
  return await forEachMatch(context, matches, action);
}

/** Does the same for names that were found already. */
export async function forEachMatch(
  { signal, out }: ClientContext,
  matches: readonly MatchedName[],
  action: (name: string) => Promise<void>,
): Promise<number> {
  let code = 0;
  for (const match of matches) {
    try {
      if ("error" in match) throw match.error;
      await action(match.name);
    } catch (thrown) {
      signal.throwIfAborted();
      if (matches.length === 1) throw thrown;
      reportError("ftclient", asFtError(thrown), out);
      code = EXIT_CODES.partial;
    }
  }
  return code;
}
