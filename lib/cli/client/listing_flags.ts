/**
 * The flags of `ftclient ls`.
 *
 * @module
 */

import type { FlagRow } from "../program/flag_table.ts";

/** Which entries `ls` shows, in which order, and how. */
export const LISTING_FLAGS = [
  {
    name: "long",
    short: "l",
    kind: "boolean",
    default: false,
    help: "show sizes, times and permission bits",
    commands: ["ls"],
  },
  {
    name: "recursive",
    short: "R",
    kind: "boolean",
    default: false,
    help: "list folders recursively",
    commands: ["ls"],
  },
  {
    name: "tree",
    kind: "boolean",
    default: false,
    help: "draw a tree of everything below the folder",
    commands: ["ls"],
  },
  {
    name: "sort",
    kind: "choice",
    choices: ["name", "size", "time"],
    default: "name",
    placeholder: "ORDER",
    help: "order: name, size (largest first) or time (newest first)",
    commands: ["ls"],
  },
] as const satisfies readonly FlagRow[];
