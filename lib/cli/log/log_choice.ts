/**
 * Whether there is a log file, told without loading what writes one.
 *
 * @module
 */

import type { Source } from "../program/program_table.ts";

/** Whether a log file is wanted: asked for, or its folder was named. */
export function wantsLogFile(
  values: { readonly "log-file": boolean },
  sources: Readonly<Record<string, Source>>,
): boolean {
  return values["log-file"] || sources["log-dir"] !== "default";
}
