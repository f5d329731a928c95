/**
 * Help texts, generated from the table.
 *
 * @module
 */

import { envName, type FlagRow, flagsOf } from "./flag_table.ts";
import type { CommandRow, ProgramTable } from "./program_table.ts";

/** Keeps words on one line, and is printed as a space. */
const NO_BREAK = "\u00a0";

/** Lays rows out in two columns, the first of bounded width; the second is wrapped. */
function columns(
  rows: readonly (readonly [string, string])[],
  width: number,
  widest = 30,
): string[] {
  const left = Math.min(widest, Math.max(...rows.map(([term]) => term.length)) + 2);
  const lines: string[] = [];
  for (const [term, text] of rows) {
    const wrapped = wrap(text, Math.max(20, width - left - 2));
    const own = term.length + 2 > left;
    if (own) lines.push(`  ${term}`);
    wrapped.forEach((line, i) => {
      lines.push(
        `  ${(i === 0 && !own ? term : "").padEnd(left)}${line.replaceAll(NO_BREAK, " ")}`,
      );
    });
  }
  return lines;
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

function flagTerm(row: FlagRow): string {
  const letter = row.short === undefined ? "    " : `-${row.short}, `;
  const name = row.negatable ? `--[no-]${row.name}` : `--${row.name}`;
  return `${letter}${name}${valueTerm(row)}`;
}

function valueTerm({ kind, placeholder = "VALUE", alone }: FlagRow): string {
  if (kind === "boolean") return "";
  return alone === undefined ? ` ${placeholder}` : `[=${placeholder}]`;
}

function flagText(row: FlagRow): string {
  const shown = row.default !== undefined && row.default !== false
    ? ` (default: ${row.default})`
    : "";
  return `${row.help}${shown}`;
}

function flagLines(rows: readonly FlagRow[], width: number): string[] {
  return columns(rows.map((row) => [flagTerm(row), flagText(row)] as const), width);
}

/** The help of a whole program, or of one command. */
export function helpText(
  table: ProgramTable<never>,
  command: CommandRow<never> | undefined,
  width: number,
): string {
  return (command === undefined ? programHelp(table, width) : commandHelp(table, command, width))
    .join("\n");
}

/** The commands of each topic; those of a group, such as `user add`, share its word. */
function topicRows({ commands }: ProgramTable<never>): (readonly [string, string])[] {
  const topics = Map.groupBy(commands, ({ topic }) => topic);
  return [...topics].map(([topic, rows]) => {
    const groups = Map.groupBy(rows, ({ name }) => name.split(" ")[0]!);
    const names = [...groups].map(([word, group]) => {
      const rest = group.map(({ name }) => name.slice(word.length + 1)).filter(Boolean);
      return rest.length === 0 ? word : `${word}${NO_BREAK}${rest.join("|")}`;
    });
    return [topic, names.join(", ")] as const;
  });
}

/** Fits a screen: the options are in the help of each command. */
function programHelp(table: ProgramTable<never>, width: number): string[] {
  const { name, defaultCommand, examples, synonyms = [] } = table;
  const known = synonyms.filter(({ command }) => command !== undefined);
  const also = known.map(({ word, hint }) => `${word} (${hint})`).join(", ");
  const first = table.commands.find((row) => row.name === defaultCommand);
  return [
    `${name}: ${table.summary}`,
    "",
    ...(first === undefined ? [] : [`Usage: ${name} [${first.name}] ${first.usage} [options]`]),
    `${first === undefined ? "Usage:" : "      "} ${name} COMMAND … [options]`,
    "",
    ...columns(examples, width, Math.min(44, width - 24)),
    "",
    ...columns(topicRows(table), width),
    ...(also === "" ? [] : ["", ...wrap(`Other words that work: ${also}.`, width)]),
    "",
    ...wrap(`${name} help COMMAND prints what a command does, and its options.`, width),
  ];
}

function commandHelp(table: ProgramTable<never>, row: CommandRow<never>, width: number): string[] {
  const first = flagsOf(table.flags, row.name).find((flag) => !flag.argvOnly)!;
  return [
    `${table.name} ${row.name}: ${row.summary}`,
    "",
    `Usage: ${[table.name, row.name, row.usage].filter(Boolean).join(" ")} [options]`,
    "",
    "Options:",
    ...flagLines(flagsOf(table.flags, row.name), width),
    "",
    ...wrap(
      `Each option is also an environment variable (${envName(table.name, first)}) and a key of ` +
        `$XDG_CONFIG_HOME/ft/${table.configFile}; the command line wins, then the environment.`,
      width,
    ),
  ];
}
