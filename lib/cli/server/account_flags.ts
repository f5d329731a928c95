/**
 * The flags of the commands for users and tokens.
 *
 * @module
 */

import type { FlagRow } from "../program/flag_table.ts";

/** Flags of `user add`, `user passwd` and `token add`, in the order of the help. */
export const ACCOUNT_FLAGS = [
  {
    name: "role",
    kind: "string",
    default: "none",
    placeholder: "ROLE",
    help: "default permissions: none, read, write, admin",
    commands: ["user add"],
  },
  {
    name: "password-file",
    kind: "string",
    placeholder: "FILE",
    help: "read the password from this file, readable only by you (else FTSERVER_PASSWORD)",
    commands: ["user add", "user passwd"],
    completes: "file",
  },
  {
    name: "weak",
    kind: "boolean",
    help: "accept a password shorter than 8 characters",
    commands: ["user add", "user passwd"],
  },
  {
    name: "paths",
    kind: "list",
    placeholder: "PATH",
    help: "file or folder the token gives access to, with everything below; repeatable",
    commands: ["token add"],
  },
  {
    name: "actions",
    kind: "list",
    placeholder: "ACTION",
    help: "action the token allows: list, read, write, remove; repeatable",
    commands: ["token add"],
  },
  {
    name: "owner",
    kind: "string",
    placeholder: "USER",
    help: "limit the token to the permissions of this user",
    commands: ["token add"],
  },
  {
    name: "expires",
    kind: "string",
    placeholder: "TIME",
    help: "the token expires after this time, such as 30m, 12h or 7d",
    commands: ["token add"],
  },
  {
    name: "once",
    kind: "boolean",
    default: false,
    help: "the token is valid for one login, and to resume its transfers",
    commands: ["token add"],
  },
] as const satisfies readonly FlagRow[];
