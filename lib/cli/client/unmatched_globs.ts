/**
 * Says which globs of `--include` and `--exclude` had no effect: most likely they are misspelt.
 *
 * @module
 */

import type { BatchOutcome } from "../../client/remote/transfer_events.ts";
import type { GlobFilter } from "../../client/transfer/name_filter.ts";
import { shellQuote } from "../format/shell_quote.ts";
import type { Options } from "../program/program_table.ts";
import type { ClientValues } from "./client_flags.ts";

/** The notices about the filter of a transfer that has ended. */
export function unmatchedGlobs(
  { values, sources }: Options<Pick<ClientValues, "include" | "exclude" | "dry-run">>,
  { unmatched }: GlobFilter,
  { done, failed }: BatchOutcome,
): string[] {
  if (values.include.length === 0 && values.exclude.length === 0) return [];
  // Names that failed were perhaps never compared with the globs.
  if (done.length === 0 && failed.length > 0) return [];
  // A config file excludes names that not every folder has.
  const kinds = sources.exclude === "flag" ? ["include", "exclude"] as const : ["include"] as const;
  const notices = kinds.flatMap((kind) =>
    unmatched(kind).map((glob) => `--${kind} ${shellQuote([glob])} matches nothing`)
  );
  const isEmpty = done.length === 0 && !values["dry-run"];
  if (notices.length > 0 || !isEmpty) return notices;
  return ["nothing to transfer: --include and --exclude leave no file"];
}
