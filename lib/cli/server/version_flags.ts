/**
 * The flags of versions.
 *
 * @module
 */

import { KEEP_VERSIONS, KEEP_VERSIONS_MS } from "../../base/limits.ts";
import type { VersionPolicy } from "../../storage/version_policy.ts";
import type { FlagRow } from "../program/flag_table.ts";

const DAY_MS = 24 * 3_600_000;

/** Flags that say which versions are kept, and who removes them for good. */
export const VERSION_FLAGS = [
  {
    name: "keep-versions",
    kind: "number",
    default: KEEP_VERSIONS,
    placeholder: "N",
    help: "keep this many versions of each name that is overwritten or removed; 0 keeps none",
    commands: ["serve"],
  },
  {
    name: "keep-days",
    kind: "number",
    default: KEEP_VERSIONS_MS / DAY_MS,
    min: 1,
    placeholder: "D",
    help: "keep them for this many days",
    commands: ["serve"],
  },
  {
    name: "keep-bytes",
    kind: "size",
    placeholder: "SIZE",
    help: "all versions together take at most this much space (default: a tenth of the disk)",
    commands: ["serve"],
  },
  {
    name: "count-versions",
    kind: "boolean",
    help: "count versions against the quotas of the folders that they were in",
    commands: ["serve"],
  },
  {
    name: "forget-own",
    kind: "boolean",
    help: "let users remove versions for good that they overwrote or removed themselves",
    commands: ["serve"],
  },
] as const satisfies readonly FlagRow[];

/** The policy that the flags ask for. */
export function versionPolicy(
  { "keep-versions": versions, "keep-days": days, "keep-bytes": bytes }: {
    readonly "keep-versions": number;
    readonly "keep-days": number;
    readonly "keep-bytes"?: number | undefined;
  },
): Partial<VersionPolicy> {
  return { versions, ms: days * DAY_MS, ...(bytes === undefined ? {} : { bytes }) };
}
