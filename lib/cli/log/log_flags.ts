/**
 * The flags for logging.
 *
 * @module
 */

import type { FlagRow } from "../program/flag_table.ts";

/** Rows of the log's format and level. */
export const LOG_FORMAT_FLAGS = [
  {
    name: "log-format",
    kind: "choice",
    choices: ["text", "json"],
    default: "text",
    placeholder: "FORMAT",
    help: "format of log lines: text or json",
  },
  {
    name: "log-level",
    kind: "choice",
    choices: ["debug", "info", "warning", "error"],
    default: "info",
    placeholder: "LEVEL",
    help: "minimum level to log: debug, info, warning, error",
  },
] as const satisfies readonly FlagRow[];

/** Rows of the log file. */
export const LOG_FILE_FLAGS = [
  {
    name: "log-file",
    kind: "boolean",
    default: false,
    help: "also log to a file, in the folder of --log-dir",
  },
  {
    name: "log-dir",
    kind: "string",
    default: "./logs",
    placeholder: "DIR",
    help: "also log to a file in this folder, named by program and time",
    completes: "dir",
  },
] as const satisfies readonly FlagRow[];
