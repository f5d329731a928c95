/**
 * Help texts, generated from the table.
 *
 * @module
 */

import { FLAG_COMMANDS } from "./flag_commands.ts";
import { envName, type FlagRow, flagsOf } from "./flag_table.ts";
import type { CommandRow, ProgramTable } from "./program_table.ts";

/** Lays rows out in two columns; the second is wrapped to the width. */
function columns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.min(30, Math.max(...rows.map(([term]) => term.length)) + 2);
  const lines: string[] = [];
  for (const [term, text] of rows) {
    const wrapped = wrap(text, Math.max(20, width - left - 2));
    const own = term.length + 2 > left;
    if (own) lines.push(`  ${term}`);
    wrapped.forEach((line, i) => {
      lines.push(`  ${(i === 0 && !own ? term : "").padEnd(left)}${line}`);
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
  return `${letter}${name}${row.kind === "boolean" ? "" : ` ${row.placeholder ?? "VALUE"}`}`;
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

function synonymLines({ synonyms = [] }: ProgramTable<never>, width: number): string[] {
  const known = synonyms.filter(({ command }) => command !== undefined);
  if (known.length === 0) return [];
  const texts = known.map(({ word, hint }) => `${word} (${hint})`);
  return ["", ...wrap(`Other words that work: ${texts.join(", ")}.`, width)];
}

function programHelp(table: ProgramTable<never>, width: number): string[] {
  const own = (row: CommandRow<never>) =>
    table.flags.filter((flag) => flag.commands?.includes(row.name)).map((flag) => `--${flag.name}`);
  const commands = [...table.commands, ...FLAG_COMMANDS].map((row) =>
    [`${row.name} ${row.usage}`.trim(), row.summary] as const
  );
  const lines = [
    `${table.name}: ${table.summary}`,
    "",
    `Usage: ${table.name} ${table.defaultCommand ? "[COMMAND]" : "COMMAND"} [options]`,
    `       ${table.name} COMMAND --help`,
    "",
    "Commands:",
    ...columns(commands, width),
    ...synonymLines(table, width),
    "",
    "Options for every command:",
    ...flagLines(flagsOf(table.flags, undefined), width),
  ];
  for (const row of table.commands) {
    if (own(row).length > 0) {
      const mine = table.flags.filter((flag) => flag.commands?.includes(row.name));
      lines.push("", `Options for ${row.name}:`, ...flagLines(mine, width));
    }
  }
  const first = table.flags.find((row) => !row.argvOnly)!;
  lines.push(
    "",
    ...wrap(
      `Each option is also an environment variable (${envName(table.name, first)}) and a key of ` +
        `$XDG_CONFIG_HOME/ft/${table.configFile}; the command line wins, then the environment.`,
      width,
    ),
  );
  return lines;
}

function commandHelp(table: ProgramTable<never>, row: CommandRow<never>, width: number): string[] {
  return [
    `${table.name} ${row.name}: ${row.summary}`,
    "",
    `Usage: ${[table.name, row.name, row.usage].filter(Boolean).join(" ")} [options]`,
    "",
    "Options:",
    ...flagLines(flagsOf(table.flags, row.name), width),
  ];
}
