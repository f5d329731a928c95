/**
 * The flags of `ftserver`.
 *
 * @module
 */

import {
  HANDSHAKE_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_HOST,
} from "../../base/limits.ts";
import { COMMON_FLAGS } from "../program/common_flags.ts";
import type { FlagRow, ValuesOf } from "../program/flag_table.ts";
import { ACCOUNT_FLAGS } from "./account_flags.ts";
import { AUDIT_FLAGS } from "./audit_flags.ts";
import { CLUSTER_FLAGS } from "./cluster_flags.ts";
import { SCRUB_FLAGS } from "./scrub_flags.ts";
import { STORE_FLAGS } from "./store_flags.ts";
import { VERSION_FLAGS } from "./version_flags.ts";
import { LOG_FILE_FLAGS, LOG_FORMAT_FLAGS } from "../log/log_flags.ts";

/** Rows for `serve` only. */
type Serving<T extends readonly FlagRow[]> = {
  readonly [I in keyof T]: T[I] & { readonly commands: readonly ["serve"] };
};

function serving<const T extends readonly FlagRow[]>(rows: T): Serving<T> {
  return rows.map((row) => ({ ...row, commands: ["serve"] })) as Serving<FlagRow[]> as Serving<T>;
}

/** Every flag of `ftserver`, in the order of the help. */
export const SERVER_FLAGS = [
  {
    name: "root",
    short: "r",
    kind: "string",
    default: "./server_files",
    placeholder: "DIR",
    help: "folder to serve; created if only its last name is missing",
    commands: ["serve", "scrub"],
    completes: "dir",
  },
  {
    name: "bind",
    short: "b",
    kind: "string",
    default: "127.0.0.1",
    placeholder: "ADDR",
    help: "address of the default listeners",
    commands: ["serve", "fingerprint", "acl explain"],
  },
  {
    name: "port",
    short: "p",
    kind: "number",
    default: 9998,
    placeholder: "N",
    help: "port of the default fts:// listener; ft:// takes the next one; 0 picks free ones",
    commands: ["serve", "fingerprint", "acl explain"],
  },
  {
    name: "listen",
    short: "l",
    kind: "list",
    placeholder: "URL",
    help: "listen on this URL instead; repeatable; port 0 picks a free port",
    commands: ["serve", "fingerprint", "acl explain"],
  },
  {
    name: "tls-cert",
    kind: "string",
    placeholder: "FILE",
    help: "certificate or chain for fts:// and https:// (PEM; default: self-signed, created once)",
    commands: ["serve", "fingerprint", "audit verify"],
    completes: "file",
  },
  {
    name: "tls-key",
    kind: "string",
    placeholder: "FILE",
    help: "private key of --tls-cert (PEM)",
    commands: ["serve", "fingerprint", "audit verify"],
    completes: "file",
  },
  {
    name: "state",
    kind: "string",
    placeholder: "DIR",
    help: "folder for identity, users and other state (default: $XDG_STATE_HOME/ftserver)",
    completes: "dir",
  },
  {
    name: "anonymous",
    kind: "choice",
    choices: ["none", "read", "write"],
    placeholder: "ACCESS",
    help: "access of anonymous users: none, read, write (default: write on loopback, else read)",
    commands: ["serve", "acl explain"],
  },
  {
    name: "console",
    kind: "boolean",
    negatable: true,
    help: "operator's console on stdin (default: if stdin is a terminal)",
    commands: ["serve"],
  },
  {
    name: "announce-uploads",
    kind: "boolean",
    negatable: true,
    default: true,
    help: "announce uploads in the chat",
    commands: ["serve"],
  },
  {
    name: "share",
    kind: "boolean",
    negatable: true,
    default: true,
    help: "let users share files and folders by links",
    commands: ["serve"],
  },
  {
    name: "bwlimit",
    kind: "rate",
    placeholder: "RATE",
    help: "bytes per second for each connection, such as 500K or 10Mi; 0 is no limit",
    commands: ["serve"],
  },
  {
    name: "max-connections",
    kind: "number",
    default: MAX_CONNECTIONS,
    min: 1,
    placeholder: "N",
    help: "maximum number of connections",
    commands: ["serve"],
  },
  {
    name: "max-connections-per-host",
    kind: "number",
    default: MAX_CONNECTIONS_PER_HOST,
    min: 1,
    placeholder: "N",
    help: "maximum number of connections from one host",
    commands: ["serve"],
  },
  {
    name: "handshake-timeout",
    kind: "seconds",
    default: HANDSHAKE_TIMEOUT_MS / 1000,
    min: 0.001,
    placeholder: "S",
    help: "seconds in which a new client must log in",
    commands: ["serve"],
  },
  {
    name: "idle-timeout",
    kind: "seconds",
    default: IDLE_TIMEOUT_MS / 1000,
    min: 0.001,
    placeholder: "S",
    help: "disconnect idle clients after this many seconds",
    commands: ["serve"],
  },
  {
    name: "once",
    kind: "boolean",
    default: false,
    help: "end after the first complete download of a file",
    commands: ["serve"],
  },
  {
    name: "qr",
    kind: "boolean",
    default: false,
    help: "draw the link for other machines as a QR code on the terminal",
    commands: ["serve"],
  },
  {
    name: "metrics",
    kind: "string",
    placeholder: "URL",
    help: "serve /metrics and /healthz at this URL, such as http://127.0.0.1:9464",
    commands: ["serve"],
  },
  {
    name: "web",
    kind: "string",
    placeholder: "URL",
    help: "serve HTTP at this URL, such as http://127.0.0.1:8000; https:// has the certificate",
    commands: ["serve", "acl explain"],
  },
  {
    name: "web-origin",
    kind: "list",
    placeholder: "ORIGIN",
    help: "let pages of this site use HTTP, such as https://example.org; repeatable",
    commands: ["serve"],
  },
  {
    name: "web-host",
    kind: "list",
    placeholder: "NAME",
    help: "name by which browsers reach this machine over http://; repeatable",
    commands: ["serve"],
  },
  {
    name: "on",
    kind: "list",
    valueWords: 2,
    placeholder: "EVENT URL",
    help: "post signed JSON to this URL on each upload, remove or message; repeatable",
    commands: ["serve"],
  },
  {
    name: "announce",
    kind: "boolean",
    default: false,
    help: "announce this server on the local network (mDNS)",
    commands: ["serve"],
  },
  {
    name: "print",
    kind: "boolean",
    default: false,
    help: "print the settings in effect",
    commands: ["config"],
    argvOnly: true,
  },
  {
    name: "json",
    kind: "boolean",
    default: false,
    help: "print results as one JSON object per line",
    commands: ["status", "locks", "audit", "audit verify", "scrub", "config"],
  },
  ...AUDIT_FLAGS,
  ...SCRUB_FLAGS,
  ...STORE_FLAGS,
  ...VERSION_FLAGS,
  ...CLUSTER_FLAGS,
  ...serving(LOG_FORMAT_FLAGS),
  ...serving(LOG_FILE_FLAGS),
  ...ACCOUNT_FLAGS,
  ...COMMON_FLAGS,
] as const satisfies readonly FlagRow[];

/** The settings of one run of `ftserver`. */
export type ServerValues = ValuesOf<typeof SERVER_FLAGS>;
