/**
 * The flags that choose entries of the audit log.
 *
 * @module
 */

import type { FlagRow } from "../program/flag_table.ts";

/** Flags of `audit`, in the order of the help. */
export const AUDIT_FLAGS = [
  {
    name: "user",
    kind: "string",
    placeholder: "NAME",
    help: "only entries of this user",
    commands: ["audit"],
    argvOnly: true,
  },
  {
    name: "path",
    kind: "string",
    placeholder: "PATH",
    help: "only entries about this file or folder, and everything below",
    commands: ["audit"],
    argvOnly: true,
  },
  {
    name: "op",
    kind: "string",
    placeholder: "OP",
    help: "only entries of this kind, such as put, get, remove or move",
    commands: ["audit"],
    argvOnly: true,
  },
  {
    name: "since",
    kind: "string",
    placeholder: "TIME",
    help: "only entries after this time, such as 12h, 7d or 2026-01-31",
    commands: ["audit"],
    argvOnly: true,
  },
] as const satisfies readonly FlagRow[];
