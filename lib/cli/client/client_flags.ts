/**
 * The flags of `ftclient`.
 *
 * @module
 */

import { CLIENT_TIMEOUT_MS, DEFAULT_LEASE_TTL_MS, DEFAULT_RETRIES } from "../../base/limits.ts";
import { COMMON_FLAGS } from "../program/common_flags.ts";
import { LOG_FILE_FLAGS, LOG_FORMAT_FLAGS } from "../log/log_flags.ts";
import type { FlagRow, ValuesOf } from "../program/flag_table.ts";
import { LISTING_FLAGS } from "./listing_flags.ts";
import { SHARING_FLAGS } from "./sharing_flags.ts";

/** Every flag of `ftclient`, in the order of the help. */
export const CLIENT_FLAGS = [
  {
    name: "host",
    short: "H",
    kind: "string",
    placeholder: "HOST",
    help: "server: NAME[:PORT], fts://…, ft://… or ft+DIALECT://…; a name may be a URL instead",
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
    placeholder: "DIR",
    help: "folder on the server to upload to (default: the top folder)",
    commands: ["put"],
  },
  {
    name: "to",
    kind: "string",
    placeholder: "USER",
    help: "send the message to this user only",
    commands: ["say"],
  },
  {
    name: "name",
    kind: "string",
    placeholder: "NAME",
    help: "name in the chat; if the name is taken, a number is added",
    commands: ["chat", "shell"],
  },
  {
    name: "linger",
    kind: "seconds",
    default: 1,
    placeholder: "S",
    help: "seconds to keep printing messages after piped input ends",
    commands: ["chat"],
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
    help: "include folders, with everything in them",
    commands: ["get", "put", "rm"],
  },
  ...LISTING_FLAGS,
  {
    name: "long",
    short: "l",
    kind: "boolean",
    default: false,
    help: "show how long each user has been idle",
    commands: ["who"],
  },
  {
    name: "overwrite",
    kind: "boolean",
    default: false,
    help: "replace existing files that have different content",
    commands: ["get", "put"],
  },
  {
    name: "rename",
    kind: "boolean",
    default: false,
    help: "choose another name if a file exists",
    commands: ["get", "put"],
  },
  {
    name: "no-resume",
    kind: "boolean",
    default: false,
    help: "start from the beginning instead of resuming",
    commands: ["get", "put"],
  },
  {
    name: "no-times",
    kind: "boolean",
    default: false,
    help: "do not keep modification times and permission bits",
    commands: ["get", "put"],
  },
  {
    name: "snapshot",
    kind: "boolean",
    default: false,
    help: "copy a file that grows meanwhile as far as it goes at the start, such as a log",
    commands: ["get", "put"],
  },
  {
    name: "checksum",
    kind: "boolean",
    default: false,
    help: "read and compare the content of every file; trust no remembered digest",
    commands: ["get", "put"],
  },
  {
    name: "include",
    kind: "list",
    placeholder: "GLOB",
    help: "transfer only files that match, such as *.txt or docs/**; repeatable",
    commands: ["get", "put"],
  },
  {
    name: "exclude",
    kind: "list",
    placeholder: "GLOB",
    help: "skip files that match, and folders with everything in them; repeatable",
    commands: ["get", "put"],
  },
  {
    name: "dry-run",
    short: "n",
    kind: "boolean",
    default: false,
    help: "show what would be done, without doing it",
    commands: ["get", "put", "rm", "mv"],
  },
  {
    name: "compress",
    short: "z",
    kind: "boolean",
    default: false,
    help: "compress data on the network where that makes it smaller",
    commands: ["get", "put"],
  },
  {
    name: "ttl",
    kind: "span",
    default: DEFAULT_LEASE_TTL_MS / 1000,
    placeholder: "S",
    help: "seconds until the lock expires, unless it is renewed; or a time such as 15m",
    commands: ["lock", "edit"],
  },
  ...SHARING_FLAGS,
  {
    name: "force",
    kind: "boolean",
    default: false,
    help: "release a lock that another client holds (admins only)",
    commands: ["unlock"],
  },
  {
    name: "bwlimit",
    kind: "rate",
    placeholder: "RATE",
    help: "bytes per second, such as 500K or 10Mi; 0 is no limit",
    commands: ["get", "put"],
  },
  {
    name: "transfers",
    kind: "number",
    default: 8,
    min: 1,
    placeholder: "N",
    help: "files to transfer at a time",
    commands: ["get", "put"],
  },
  {
    name: "progress",
    kind: "choice",
    choices: ["auto", "bar", "plain", "json", "none"],
    default: "auto",
    placeholder: "STYLE",
    help: "how to show progress on stderr: auto, bar, plain, json, none",
    commands: ["get", "put"],
  },
  {
    name: "retries",
    kind: "number",
    default: DEFAULT_RETRIES,
    placeholder: "N",
    help: "retries after the first attempt, with growing waits",
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
    name: "user",
    kind: "string",
    placeholder: "NAME",
    help: "log in as this user; the password comes from FTCLIENT_PASSWORD, a file, or a prompt",
  },
  {
    name: "password-file",
    kind: "string",
    placeholder: "FILE",
    help: "read the password from this file, which must be readable only by you",
    completes: "file",
  },
  {
    name: "token-file",
    kind: "string",
    placeholder: "FILE",
    help:
      "log in with the token in this file (else FTCLIENT_TOKEN); it must be readable only by you",
    completes: "file",
  },
  {
    name: "pin",
    kind: "string",
    placeholder: "SHA256",
    help: "trust only the server with this fingerprint (see ftserver fingerprint)",
  },
  {
    name: "ca",
    kind: "string",
    placeholder: "FILE",
    help: "trust servers with a certificate from these authorities (PEM)",
    completes: "file",
  },
  {
    name: "json",
    kind: "boolean",
    default: false,
    help: "print results as one JSON object per line",
  },
  ...LOG_FILE_FLAGS,
  ...LOG_FORMAT_FLAGS,
  ...COMMON_FLAGS,
] as const satisfies readonly FlagRow[];

/** The settings of one run of `ftclient`. */
export type ClientValues = ValuesOf<typeof CLIENT_FLAGS>;
