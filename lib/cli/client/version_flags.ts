/**
 * The flags for versions that a server keeps of files.
 *
 * @module
 */

import type { FlagRow } from "../program/flag_table.ts";

/** Which version, and which names. */
export const VERSION_FLAGS = [
  {
    name: "rev",
    kind: "number",
    min: 1,
    placeholder: "N",
    help: "this version, as versions lists them",
    commands: ["get", "restore", "rm"],
    argvOnly: true,
  },
  {
    name: "deleted",
    kind: "boolean",
    default: false,
    help: "list what was removed from the folder, and can be restored",
    commands: ["ls"],
    argvOnly: true,
  },
  {
    name: "forever",
    kind: "boolean",
    default: false,
    help: "remove with all versions, or with --rev only that one (admins only)",
    commands: ["rm"],
    argvOnly: true,
  },
] as const satisfies readonly FlagRow[];
