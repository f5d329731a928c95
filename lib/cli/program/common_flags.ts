/**
 * The flags that both programs take.
 *
 * @module
 */

import type { FlagRow } from "./flag_table.ts";

/** Rows that every command of both programs takes. */
export const COMMON_FLAGS = [
  {
    name: "config",
    kind: "string",
    placeholder: "FILE",
    help: "config file (default: in $XDG_CONFIG_HOME/ft)",
    completes: "file",
  },
  {
    name: "quiet",
    short: "q",
    kind: "boolean",
    default: false,
    help: "print no progress, summaries or notices",
  },
  {
    name: "verbose",
    short: "v",
    kind: "boolean",
    default: false,
    help: "print details, and where an error came from",
  },
  {
    name: "no-color",
    kind: "boolean",
    default: false,
    help: "use no colour, as with NO_COLOR",
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
    help: "print this help",
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
