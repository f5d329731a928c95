/**
 * The commands whose cost the model knows.
 *
 * @module
 */

/** Bytes of a small file, and of a large one. */
export const SMALL_BYTES = 4 * 1024;
/** Bytes of a large file. */
export const LARGE_BYTES = 32 * 1024 * 1024;
/** Files in a folder. */
export const FOLDER_FILES = 100;

/** A command of the model. */
export interface CountedCommand {
  readonly name: CommandName;
  /** As the page calls it. */
  readonly title: string;
  /** What `ftclient` is called with, several in a row. @param i Which run it is, for names. */
  args(i: number): readonly (readonly string[])[];
  /** Content bytes that it moves. */
  readonly bytes: number;
}

/** The names of the commands of the model. */
export type CommandName = typeof COMMAND_NAMES[number];

/** The names of the commands, in the order of the page. */
export const COMMAND_NAMES = [
  ...["login", "putSmall", "getSmall", "putLarge", "getLarge"],
  ...["putFolder", "list", "listLong", "say", "lock"],
] as const;

/** The commands, in an order in which each finds what it needs. */
export const COMMANDS: readonly CountedCommand[] = [
  { name: "login", title: "login", args: () => [["ping", "-q"]], bytes: 0 },
  {
    ...{ name: "putSmall", title: "put, 4 KiB", bytes: SMALL_BYTES },
    args: (i) => [["put", "-q", `small${i}`]],
  },
  {
    ...{ name: "getSmall", title: "get, 4 KiB", bytes: SMALL_BYTES },
    args: (i) => [["get", "-q", `small${i}`, "-o", "-"]],
  },
  {
    ...{ name: "putLarge", title: "put, 32 MiB", bytes: LARGE_BYTES },
    args: (i) => [["put", "-q", `large${i}`]],
  },
  {
    ...{ name: "getLarge", title: "get, 32 MiB", bytes: LARGE_BYTES },
    args: (i) => [["get", "-q", `large${i}`, "-o", "got", "--overwrite"]],
  },
  {
    ...{
      name: "putFolder",
      title: "put -r, 100 files of 4 KiB",
      bytes: FOLDER_FILES * SMALL_BYTES,
    },
    args: (i) => [["put", "-qr", `folder${i}`]],
  },
  { name: "list", title: "ls, 100 names", args: (i) => [["ls", `folder${i}`]], bytes: 0 },
  {
    name: "listLong",
    title: "ls -l, 100 names",
    args: (i) => [["ls", "-l", `folder${i}`]],
    bytes: 0,
  },
  { name: "say", title: "say, to everyone", args: () => [["say", "hello"]], bytes: 0 },
  {
    ...{ name: "lock", title: "lock and unlock", bytes: 0 },
    args: (i) => [["lock", `small${i}`, "--ttl", "60"], ["unlock", `small${i}`]],
  },
];
