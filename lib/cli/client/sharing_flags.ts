/**
 * The flags of `ftclient share`, and those of `put` for what happens after an upload.
 *
 * @module
 */

import type { FlagRow } from "../program/flag_table.ts";

/** How to share, and what to do with shares. */
export const SHARING_FLAGS = [
  {
    name: "share",
    kind: "boolean",
    default: false,
    help: "share what was uploaded: print a link to it",
    commands: ["put"],
    argvOnly: true,
  },
  {
    name: "receipt",
    kind: "string",
    placeholder: "FILE",
    help: "add to this file what the server signs about each upload; verify checks it",
    commands: ["put"],
    argvOnly: true,
    completes: "file",
  },
  {
    name: "ttl",
    kind: "span",
    default: "1d",
    placeholder: "TIME",
    help: "the link ends after this time, such as 30m, 12h or 7d",
    commands: ["share", "put"],
  },
  {
    name: "once",
    kind: "boolean",
    default: false,
    help: "the link ends with the first complete download",
    commands: ["share", "put"],
  },
  {
    name: "write",
    kind: "boolean",
    default: false,
    help: "the link permits uploads, too",
    commands: ["share", "put"],
  },
  {
    name: "qr",
    kind: "boolean",
    default: false,
    help: "draw the link as a QR code on the terminal",
    commands: ["share", "put"],
  },
  {
    name: "list",
    kind: "boolean",
    default: false,
    help: "list the links that are valid, instead of making one",
    commands: ["share"],
    argvOnly: true,
  },
  {
    name: "revoke",
    kind: "string",
    placeholder: "ID",
    help: "end a link, instead of making one; share --list shows the IDs",
    commands: ["share"],
    argvOnly: true,
  },
] as const satisfies readonly FlagRow[];
