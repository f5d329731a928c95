/**
 * Parses a command line into a command, its arguments and the flags it was given. Parsing reads no
 * file and runs nothing; only the table may look whether a word is the name of a file.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { FtError } from "../../base/errors.ts";
import { escapeControls } from "../../base/text.ts";
import { hideToken } from "../../net/address.ts";
import { expandArguments } from "./expand_arguments.ts";
import { FLAG_COMMANDS, flagOfWord, refuseMore } from "./flag_commands.ts";
import { dashed, flagsOf } from "./flag_table.ts";
import { didYouMean } from "./nearest.ts";
import type { CommandRow, ProgramTable, Synonym } from "./program_table.ts";

/** A parsed command line. */
export interface CommandLine<C> {
  /** The command that was named, or the default one; absent when there is neither. */
  readonly command: CommandRow<C> | undefined;
  /** The command's arguments. */
  readonly args: readonly string[];
  /** The flags that were given, by name: `true` or `false`, or all values in order. */
  readonly given: ReadonlyMap<string, boolean | readonly string[]>;
}

function usage(message: string, name?: string): FtError {
  return new FtError("usage", message, { name });
}

/** A word for a message: without secrets, short and safe to display. */
function shownWord(word: string): string {
  return escapeControls(hideToken(word).slice(0, 80));
}

/** The flags that were given, by name. */
type Given = Map<string, boolean | readonly string[]>;

function givenFlags(flags: readonly string[], table: ProgramTable<never>): Given {
  const names = (boolean: boolean) =>
    table.flags.filter((row) => (row.kind === "boolean") === boolean).map((row) => row.name);
  const negatable = table.flags.filter((row) => row.negatable).map((row) => row.name);
  const parsed = parseArgs([...flags], {
    boolean: names(true),
    string: names(false),
    collect: names(false),
    negatable,
  });
  const typed = new Set(flags.map((flag) => flag.split("=", 1)[0]));
  const given: Given = new Map();
  for (const { name } of table.flags) {
    if (typed.has(dashed(name)) || (negatable.includes(name) && typed.has(`--no-${name}`))) {
      given.set(name, parsed[name] as boolean | readonly string[]);
    }
  }
  return given;
}

/** The longest command name that the line begins with. */
function findCommand<C>(
  words: readonly string[],
  table: ProgramTable<C>,
): { command: CommandRow<C> | undefined; args: readonly string[] } {
  const [first, second] = words;
  const byDefault = table.commands.find((row) => row.name === table.defaultCommand);
  if (first === undefined) return { command: byDefault, args: [] };
  const pair = table.commands.find((row) => row.name === `${first} ${second}`);
  if (pair !== undefined) return { command: pair, args: words.slice(2) };
  const single = table.commands.find((row) => row.name === first);
  if (single !== undefined) return { command: single, args: words.slice(1) };
  if (byDefault !== undefined && table.takesWord?.(first)) {
    return { command: byDefault, args: words };
  }
  throw unknownCommand(first, second, wordsOf(table));
}

/** Every word that can begin a line. */
function wordsOf(table: ProgramTable<never>): string[] {
  const synonyms = table.synonyms?.filter(({ command }) => command !== undefined) ?? [];
  return [
    ...table.commands.map((row) => row.name),
    ...FLAG_COMMANDS.map((row) => row.name),
    ...synonyms.map(({ word }) => word),
  ];
}

/** Puts the flags that a synonym stands for beside those that were typed. @throws `usage`. */
function giveFlags({ word, given: values = {} }: Synonym, given: Given): void {
  for (const [name, value] of Object.entries(values)) {
    if (given.has(name)) throw usage(`${word} does not take --${name}`, name);
    given.set(name, [value]);
  }
}

/** Reads a synonym as the command it stands for. @throws `usage` for one that stands for none. */
function withoutSynonym(
  words: readonly string[],
  given: Given,
  table: ProgramTable<never>,
): readonly string[] {
  const synonym = table.synonyms?.find(({ word }) => word === words[0]);
  if (synonym === undefined) return words;
  const { word, command, hint } = synonym;
  if (command === undefined) throw usage(`unknown command: ${word}; ${hint}`, word);
  giveFlags(synonym, given);
  return [command, ...words.slice(1)];
}

function unknownCommand(
  first: string,
  second: string | undefined,
  names: readonly string[],
): FtError {
  const group = names.filter((name) => name.startsWith(`${first} `));
  if (group.length > 0 && second === undefined) {
    return usage(`${first} needs one of: ${group.map((n) => n.split(" ")[1]).join(", ")}`, first);
  }
  const typed = group.length > 0 ? `${first} ${second}` : first;
  const shown = shownWord(typed);
  return usage(`unknown command: ${shown}${didYouMean(typed, names)}`, shown);
}

/**
 * Parses a command line.
 *
 * @param args The arguments after the program's name.
 * @throws `usage` for an unknown command or flag (naming the nearest one), or a missing value.
 */
export function parseCommandLine<C>(
  args: readonly string[],
  table: ProgramTable<C>,
): CommandLine<C> {
  const { flags, words } = expandArguments(args, table.flags);
  const given = givenFlags(flags, table);
  const flag = flagOfWord(words[0]);
  if (flag === undefined) {
    return { ...findCommand(withoutSynonym(words, given, table), table), given };
  }
  given.set(flag, true);
  // `help help` and `help version` are about the program.
  const about = words.slice(1).filter((word) => flagOfWord(word) === undefined);
  if (flag === "version") refuseMore(flag, words.slice(1));
  const line = findCommand(withoutSynonym(about, given, table), table);
  refuseMore(flag, line.args);
  return { ...line, given };
}

/**
 * Checks that a command takes the flags it was given and has as many arguments as it needs.
 *
 * @returns The command.
 * @throws `usage`.
 */
export function checkCommandLine<C>(line: CommandLine<C>, table: ProgramTable<C>): CommandRow<C> {
  const { command, args, given } = line;
  if (command === undefined) {
    throw usage(`no command given; see ${table.name} --help`);
  }
  const taken = new Set(flagsOf(table.flags, command.name).map((row) => row.name));
  for (const name of given.keys()) {
    if (!taken.has(name)) throw usage(`${command.name} does not take --${name}`, name);
  }
  const [min, max] = command.count;
  if (args.length < min) throw usage(`${command.name} needs ${command.usage}`, command.name);
  if (args.length > max) {
    const extra = shownWord(args[max]!);
    throw usage(`${command.name} takes no more arguments: ${extra}`, extra);
  }
  if (args.includes("")) throw usage(`${command.name}: an argument is empty`);
  return command;
}
