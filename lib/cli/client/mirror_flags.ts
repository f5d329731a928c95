/**
 * The flags of transfers that make the target equal to the source.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { MirrorOptions } from "../../client/transfer/mirror/mirror.ts";
import type { FlagRow, ValuesOf } from "../program/flag_table.ts";

/** The flags of mirrors. A watch is one. */
export const MIRROR_FLAGS = [
  {
    name: "delete",
    kind: "choice",
    choices: ["kept", "forever"],
    alone: "kept",
    placeholder: "forever",
    help:
      "with -r, remove what the source does not have; get keeps it in a folder DIR.deleted-DATE",
    commands: ["get", "put"],
  },
  {
    name: "max-delete",
    kind: "number",
    placeholder: "N",
    help: "names to remove at most (default: 1000, or half of the target if that is less)",
    commands: ["get", "put", "watch"],
  },
  {
    name: "once",
    kind: "boolean",
    default: false,
    help: "make the folder equal and end, as for cron",
    commands: ["watch"],
  },
] as const satisfies readonly FlagRow[];

/** The mirror that the flags ask for. @throws `usage` with `--rename`, which never replaces. */
export function mirrorOptions(
  values: ValuesOf<typeof MIRROR_FLAGS> & { readonly recursive: boolean; readonly rename: boolean },
): MirrorOptions | undefined {
  const { delete: mode, "max-delete": maxRemoved } = values;
  if (mode === undefined || !values.recursive) return undefined;
  if (values.rename) {
    const message =
      "--delete and --rename are mutually exclusive; --overwrite replaces what differs";
    throw new FtError("usage", message, { name: "delete" });
  }
  return { maxRemoved, forever: mode === "forever" };
}
