/**
 * The flags both programs take.
 *
 * @module
 */

import type { FlagRow } from "./flag_table.ts";

/** Rows for every command of either program. */
export const COMMON_FLAGS = [
  {
    name: "config",
    kind: "string",
    placeholder: "FILE",
    help: "settings file (default: in $XDG_CONFIG_HOME/ft)",
    completes: "file",
  },
  {
    name: "quiet",
    short: "q",
    kind: "boolean",
    default: false,
    help: "no progress, summaries or notices",
  },
  {
    name: "verbose",
    short: "v",
    kind: "boolean",
    default: false,
    help: "say more, and where an error came from",
  },
  {
    name: "no-color",
    kind: "boolean",
    default: false,
    help: "no colour and no moving progress, as with NO_COLOR",
  },
  {
    name: "completions",
    kind: "choice",
    choices: ["bash", "zsh", "fish"],
    placeholder: "SHELL",
    help: "print a completion script for bash, zsh or fish",
    argvOnly: true,
  },
  {
    name: "help",
    short: "h",
    kind: "boolean",
    default: false,
    help: "print this",
    argvOnly: true,
  },
  {
    name: "version",
    short: "V",
    kind: "boolean",
    default: false,
    help: "print the version",
    argvOnly: true,
  },
] as const satisfies readonly FlagRow[];
