/**
 * The flags that say what is logged and where.
 *
 * @module
 */

import type { FlagRow } from "../program/flag_table.ts";

/** Rows of the log's form and level. */
export const LOG_FORM_FLAGS = [
  {
    name: "log-format",
    kind: "choice",
    choices: ["text", "json"],
    default: "text",
    placeholder: "FORM",
    help: "log lines for people (text) or programs (json)",
  },
  {
    name: "log-level",
    kind: "choice",
    choices: ["debug", "info", "warning", "error"],
    default: "info",
    placeholder: "LEVEL",
    help: "the least that is logged: debug, info, warning, error",
  },
] as const satisfies readonly FlagRow[];

/** Rows of the log file. */
export const LOG_FILE_FLAGS = [
  {
    name: "log-file",
    kind: "boolean",
    default: false,
    help: "log to a file too, in the folder of --log-dir",
  },
  {
    name: "log-dir",
    kind: "string",
    default: "./logs",
    placeholder: "DIR",
    help: "log to a file in this folder, named by program and time",
    completes: "dir",
  },
] as const satisfies readonly FlagRow[];
