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
import { LOG_FILE_FLAGS, LOG_FORMAT_FLAGS } from "../log/log_flags.ts";

/** Rows that only `serve` takes. */
type Serving<T extends readonly FlagRow[]> = {
  readonly [I in keyof T]: T[I] & { readonly commands: readonly ["serve"] };
};

function serving<const T extends readonly FlagRow[]>(rows: T): Serving<T> {
  return rows.map((row) => ({ ...row, commands: ["serve"] })) as Serving<FlagRow[]> as Serving<T>;
}

/** Every flag of `ftserver`, in the order help shows them. */
export const SERVER_FLAGS = [
  {
    name: "root",
    short: "r",
    kind: "string",
    default: "./server_files",
    placeholder: "DIR",
    help: "the folder that is served, created when missing",
    commands: ["serve"],
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
    name: "listen",
    short: "l",
    kind: "list",
    placeholder: "URL",
    help: "listen here instead; repeatable; port 0 picks a free one",
    commands: ["serve", "fingerprint", "acl explain"],
  },
  {
    name: "tls-cert",
    kind: "string",
    placeholder: "FILE",
    help: "certificate or chain for fts:// (PEM; default: its own, made once)",
    commands: ["serve", "fingerprint"],
    completes: "file",
  },
  {
    name: "tls-key",
    kind: "string",
    placeholder: "FILE",
    help: "private key of --tls-cert (PEM)",
    commands: ["serve", "fingerprint"],
    completes: "file",
  },
  {
    name: "state",
    kind: "string",
    placeholder: "DIR",
    help: "folder for what the server remembers (default: $XDG_STATE_HOME/ftserver)",
    completes: "dir",
  },
  {
    name: "anonymous",
    kind: "choice",
    choices: ["none", "read", "write"],
    placeholder: "MAY",
    help: "what a client without login may do (default: write on loopback, else read)",
    commands: ["serve", "acl explain"],
  },
  {
    name: "console",
    kind: "boolean",
    negatable: true,
    help: "operator's console on stdin (default: when stdin is a terminal)",
    commands: ["serve"],
  },
  {
    name: "announce-uploads",
    kind: "boolean",
    negatable: true,
    default: true,
    help: "tell in the chat who uploaded what",
    commands: ["serve"],
  },
  {
    name: "bwlimit",
    kind: "rate",
    placeholder: "RATE",
    help: "bytes a second for each connection, as 500K or 10Mi; 0 is no limit",
    commands: ["serve"],
  },
  {
    name: "max-connections",
    kind: "number",
    default: MAX_CONNECTIONS,
    min: 1,
    placeholder: "N",
    help: "connections at once",
    commands: ["serve"],
  },
  {
    name: "max-connections-per-host",
    kind: "number",
    default: MAX_CONNECTIONS_PER_HOST,
    min: 1,
    placeholder: "N",
    help: "connections at once from one host",
    commands: ["serve"],
  },
  {
    name: "handshake-timeout",
    kind: "seconds",
    default: HANDSHAKE_TIMEOUT_MS / 1000,
    min: 0.001,
    placeholder: "S",
    help: "seconds a new client has to say who it is",
    commands: ["serve"],
  },
  {
    name: "idle-timeout",
    kind: "seconds",
    default: IDLE_TIMEOUT_MS / 1000,
    min: 0.001,
    placeholder: "S",
    help: "seconds of silence after which a client is let go",
    commands: ["serve"],
  },
  {
    name: "metrics",
    kind: "string",
    placeholder: "URL",
    help: "serve /metrics and /healthz here, as in http://127.0.0.1:9464",
    commands: ["serve"],
  },
  {
    name: "announce",
    kind: "boolean",
    default: false,
    help: "tell the local network of this server (mDNS)",
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
    help: "results as one JSON object a line",
    commands: ["status", "config"],
  },
  ...serving(LOG_FORMAT_FLAGS),
  ...serving(LOG_FILE_FLAGS),
  {
    name: "role",
    kind: "string",
    default: "none",
    placeholder: "ROLE",
    help: "none, read, write or admin: what the user may do where no rule says otherwise",
    commands: ["user add"],
  },
  {
    name: "password-file",
    kind: "string",
    placeholder: "FILE",
    help: "read the password from here; nobody else may be able to (else FTSERVER_PASSWORD)",
    commands: ["user add", "user passwd"],
    completes: "file",
  },
  {
    name: "paths",
    kind: "list",
    placeholder: "PATH",
    help: "what the token is for, with all below; repeatable",
    commands: ["token add"],
  },
  {
    name: "actions",
    kind: "list",
    placeholder: "ACTION",
    help: "what the token allows: list, read, write, remove; repeatable",
    commands: ["token add"],
  },
  {
    name: "owner",
    kind: "string",
    placeholder: "USER",
    help: "the token can do no more than this user",
    commands: ["token add"],
  },
  {
    name: "expires",
    kind: "string",
    placeholder: "TIME",
    help: "the token ends after this time: 30m, 12h, 7d",
    commands: ["token add"],
  },
  {
    name: "once",
    kind: "boolean",
    default: false,
    help: "the token is good for one login",
    commands: ["token add"],
  },
  ...COMMON_FLAGS,
] as const satisfies readonly FlagRow[];

/** The settings of one run of `ftserver`. */
export type ServerValues = ValuesOf<typeof SERVER_FLAGS>;
