/**
 * The flags of `ftclient`.
 *
 * @module
 */

import { CLIENT_TIMEOUT_MS, DEFAULT_LEASE_TTL_MS } from "../base/limits.ts";
import { COMMON_FLAGS } from "./common_flags.ts";
import { LOG_FILE_FLAGS, LOG_FORM_FLAGS } from "./log_flags.ts";
import type { FlagRow, ValuesOf } from "./flag_table.ts";

/** Every flag of `ftclient`, in the order help shows them. */
export const CLIENT_FLAGS = [
  {
    name: "host",
    short: "H",
    kind: "string",
    placeholder: "HOST",
    help: "the server: NAME[:PORT], fts://…, ft://… or ft+DIALECT://…",
  },
  {
    name: "dir",
    short: "d",
    kind: "string",
    placeholder: "DIR",
    help: "folder to download to (default: the current folder)",
    commands: ["get"],
    configKey: "downloads",
    completes: "dir",
  },
  {
    name: "output",
    short: "o",
    kind: "string",
    placeholder: "FILE",
    help: "file to download to; - is stdout",
    commands: ["get"],
    completes: "file",
  },
  {
    name: "to",
    kind: "string",
    default: ".",
    placeholder: "DIR",
    help: "folder on the server to upload to",
    commands: ["put"],
  },
  {
    name: "as",
    kind: "string",
    placeholder: "NAME",
    help: "name on the server for a single file, or for stdin (put -)",
    commands: ["put"],
  },
  {
    name: "recursive",
    short: "r",
    kind: "boolean",
    default: false,
    help: "folders too, with all below them",
    commands: ["get", "put", "rm"],
  },
  {
    name: "long",
    short: "l",
    kind: "boolean",
    default: false,
    help: "sizes and times too",
    commands: ["ls"],
  },
  {
    name: "recursive",
    short: "R",
    kind: "boolean",
    default: false,
    help: "all below the folder too",
    commands: ["ls"],
  },
  {
    name: "overwrite",
    kind: "boolean",
    default: false,
    help: "replace a target that has other content",
    commands: ["get", "put"],
  },
  {
    name: "rename",
    kind: "boolean",
    default: false,
    help: "give the new file another name when the target exists",
    commands: ["get", "put"],
  },
  {
    name: "no-resume",
    kind: "boolean",
    default: false,
    help: "start from the beginning, whatever is already there",
    commands: ["get", "put"],
  },
  {
    name: "no-times",
    kind: "boolean",
    default: false,
    help: "do not keep the time of last change",
    commands: ["get", "put"],
  },
  {
    name: "include",
    kind: "list",
    placeholder: "GLOB",
    help: "only files that match, as *.txt or docs/**; repeatable",
    commands: ["get", "put"],
  },
  {
    name: "exclude",
    kind: "list",
    placeholder: "GLOB",
    help: "leave out files that match, and folders with all below; repeatable",
    commands: ["get", "put"],
  },
  {
    name: "dry-run",
    short: "n",
    kind: "boolean",
    default: false,
    help: "tell what would be done, and do nothing",
    commands: ["get", "put"],
  },
  {
    name: "compress",
    short: "z",
    kind: "boolean",
    default: false,
    help: "compress what crosses the network, where it shrinks",
    commands: ["get", "put"],
  },
  {
    name: "ttl",
    kind: "seconds",
    default: DEFAULT_LEASE_TTL_MS / 1000,
    min: 0.001,
    placeholder: "S",
    help: "seconds the lock lasts unless it is renewed",
    commands: ["lock"],
  },
  {
    name: "transfers",
    kind: "number",
    default: 8,
    min: 1,
    placeholder: "N",
    help: "files on their way at once",
    commands: ["get", "put"],
  },
  {
    name: "progress",
    kind: "choice",
    choices: ["auto", "bar", "plain", "json", "none"],
    default: "auto",
    placeholder: "STYLE",
    help: "how progress is shown on stderr: auto, bar, plain, json, none",
    commands: ["get", "put"],
  },
  {
    name: "retries",
    kind: "number",
    default: 6,
    placeholder: "N",
    help: "tries after the first, with growing waits",
  },
  {
    name: "timeout",
    kind: "seconds",
    default: CLIENT_TIMEOUT_MS / 1000,
    min: 0.001,
    placeholder: "S",
    help: "seconds to wait for a connection or an answer",
  },
  {
    name: "pin",
    kind: "string",
    placeholder: "SHA256",
    help: "the server's fingerprint, as ftserver fingerprint prints it; nothing else is trusted",
  },
  {
    name: "ca",
    kind: "string",
    placeholder: "FILE",
    help: "trust servers that these authorities vouch for (PEM)",
    completes: "file",
  },
  {
    name: "json",
    kind: "boolean",
    default: false,
    help: "results as one JSON object a line",
  },
  ...LOG_FILE_FLAGS,
  ...LOG_FORM_FLAGS,
  ...COMMON_FLAGS,
] as const satisfies readonly FlagRow[];

/** The settings of one run of `ftclient`. */
export type ClientValues = ValuesOf<typeof CLIENT_FLAGS>;
