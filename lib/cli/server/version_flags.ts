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
    help: "keep this many versions of each name that is overwritten or removed; 0 keeps none " +
      "(with --store: only if you give one of these three flags)",
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
    help: "all versions together take at most this much space (default: a tenth of the disk, or " +
      "10 GiB with --store)",
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

const POLICY_FLAGS = ["keep-versions", "keep-days", "keep-bytes"] as const;

/**
 * The policy that the settings ask for. In a bucket versions cost requests and space, so they are kept
 * only if one of the settings asks for them.
 */
export function versionPolicy(
  { values, sources }: {
    readonly values: {
      readonly "keep-versions": number;
      readonly "keep-days": number;
      readonly "keep-bytes"?: number | undefined;
      readonly store?: string | undefined;
    };
    readonly sources: Readonly<Record<string, string>>;
  },
): Partial<VersionPolicy> {
  const { "keep-versions": versions, "keep-days": days, "keep-bytes": bytes, store } = values;
  const asked = store === undefined || POLICY_FLAGS.some((flag) => sources[flag] !== "default");
  const ms = days * DAY_MS;
  return { versions: asked ? versions : 0, ms, ...(bytes === undefined ? {} : { bytes }) };
}
