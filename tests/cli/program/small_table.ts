/**
 * A small program, for tests that compare whole texts.
 *
 * @module
 */

import type { ProgramTable } from "../../../lib/cli/program/program_table.ts";

const load = () => Promise.reject(new Error("must not run"));

/** A table with a default command, a group of commands, and each kind of completion. */
export const SMALL_TABLE: ProgramTable<never> = {
  name: "prog",
  summary: "does things",
  examples: [["prog get it", "take it"]],
  configFile: "prog.json",
  defaultCommand: "run",
  commands: [
    { name: "run", topic: "things", summary: "run it", usage: "[DIR]", count: [0, 1], load },
    {
      name: "get",
      topic: "things",
      summary: "take [one]: it's free",
      usage: "NAME…",
      count: [1, 9],
      load,
    },
    {
      name: "user add",
      topic: "people",
      summary: "add a user",
      usage: "NAME",
      count: [1, 1],
      load,
    },
    { name: "user list", topic: "people", summary: "list users", usage: "", count: [0, 0], load },
  ],
  flags: [
    {
      name: "root",
      short: "r",
      kind: "string",
      placeholder: "DIR",
      help: "folder to use",
      default: "here",
      commands: ["run"],
      completes: "dir",
    },
    {
      name: "color",
      kind: "boolean",
      negatable: true,
      default: true,
      help: "use colour",
      commands: ["run", "get"],
    },
    {
      name: "level",
      kind: "choice",
      choices: ["low", "high"],
      placeholder: "LEVEL",
      help: "how much",
      commands: ["get"],
    },
    {
      name: "match-a-very-long-flag-name",
      kind: "list",
      help: "a pattern that is so long that it wraps",
      commands: ["get"],
    },
    {
      name: "file",
      short: "f",
      kind: "string",
      placeholder: "FILE",
      help: "input",
      completes: "file",
    },
    { name: "help", short: "h", kind: "boolean", default: false, help: "print", argvOnly: true },
  ],
};
