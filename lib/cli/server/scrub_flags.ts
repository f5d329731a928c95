/**
 * The flags of `ftserver scrub`, and of scrubs on a schedule.
 *
 * @module
 */

import type { FlagRow } from "../program/flag_table.ts";

/** Flags that choose content, rate and schedule. */
export const SCRUB_FLAGS = [
  {
    name: "path",
    kind: "string",
    placeholder: "PATH",
    help: "check only this file or folder, with everything below",
    commands: ["scrub"],
    argvOnly: true,
  },
  {
    name: "rate",
    kind: "rate",
    placeholder: "RATE",
    help: "read at most this many bytes per second, such as 50Mi",
    commands: ["scrub"],
    argvOnly: true,
  },
  {
    name: "repair",
    kind: "boolean",
    help: "bring damaged blocks back from versions; a server that serves the folder does it",
    commands: ["scrub"],
    argvOnly: true,
  },
  {
    name: "scrub-every",
    kind: "span",
    placeholder: "TIME",
    help: "check all stored content again after this time, such as 7d",
    commands: ["serve"],
  },
  {
    name: "scrub-repair",
    kind: "boolean",
    help: "let these checks bring damaged blocks back from versions",
    commands: ["serve"],
  },
] as const satisfies readonly FlagRow[];
