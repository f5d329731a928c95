/**
 * Renders manual pages from a program's table of flags and commands.
 *
 * @module
 */

import type { ErrorCode } from "../../lib/base/errors.ts";
import { EXIT_CODES } from "../../lib/base/errors.ts";
import { envName, type FlagRow, flagsOf } from "../../lib/cli/program/flag_table.ts";
import { FLAG_COMMANDS, type FlagCommand } from "../../lib/cli/program/flag_commands.ts";
import type { ProgramTable } from "../../lib/cli/program/program_table.ts";

type Table = ProgramTable<never>;

const EXITS: Record<ErrorCode, string> = {
  internal: "unexpected error",
  usage: "wrong usage",
  not_found: "not found",
  not_allowed: "not allowed, or not logged in",
  network: "network: refused, timed out, or lost after all retries",
  integrity: "content does not match its digest",
  conflict: "target exists, is locked, or changed meanwhile",
  limit: "a limit was reached: quota, rate, size, connections",
  disk_full: "the disk is full",
  tls: "the server's identity changed or is not trusted",
  protocol: "unexpected protocol or version",
  partial: "some of several files failed; each is named",
  hung_up: "the terminal was closed",
  interrupted: "interrupted",
  terminated: "terminated",
};

/** The content of a page besides the table. */
export interface PageFacts {
  /** A paragraph or more of plain text. */
  readonly description: readonly string[];
  /** Example commands, each with a description. */
  readonly examples: readonly (readonly [does: string, command: string])[];
  /** The other pages. */
  readonly seeAlso: readonly string[];
  readonly version: string;
}

/** Escapes text for roff, where a leading dot, backslashes and dashes have a meaning. */
function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("…", "...")
    .replace(/^(['.])/, "\\&$1");
}

function flagLines(row: FlagRow): string[] {
  const shown = `\\fI${roff(row.placeholder ?? "VALUE")}\\fR`;
  const value = row.kind === "boolean" ? "" : row.alone === undefined ? ` ${shown}` : `[=${shown}]`;
  const long = row.negatable ? [`--${row.name}`, `--no-${row.name}`] : [`--${row.name}`];
  const names = [...(row.short === undefined ? [] : [`-${row.short}`]), ...long];
  const fallback = row.default === undefined || row.default === false
    ? ""
    : ` (default: ${row.default})`;
  return [
    ".TP",
    names.map((name) => `\\fB${roff(name)}\\fR`).join(", ") + value,
    roff(row.help + fallback),
  ];
}

function commandLines(table: Table, row: FlagCommand): string[] {
  const own = table.flags.filter((flag) => flag.commands?.includes(row.name));
  const flags = own.map((flag) => `\\fB${roff(`--${flag.name}`)}\\fR`).join(", ");
  const usage = row.usage === "" ? "" : ` \\fI${roff(row.usage)}\\fR`;
  return [
    ".TP",
    `\\fB${roff(row.name)}\\fR${usage}`,
    roff(row.summary),
    ...(own.length === 0 ? [] : [".br", `Options: ${flags}`]),
  ];
}

/** Flags that only some commands take. */
function commandFlags(table: Table): FlagRow[] {
  return table.flags.filter((row) => row.commands !== undefined);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`.SH ${title}`, ...lines];
}

function environment(table: Table): string[] {
  const rows = table.flags.filter((row) => !row.argvOnly);
  const names = [...new Set(rows.map((row) => envName(table.name, row)))];
  return [
    "Each option can also be set in the environment:",
    `${names.map((name) => `\\fB${name}\\fR`).join(", ")}.`,
    "\\fBNO_COLOR\\fR and \\fBTERM=dumb\\fR turn colours off.",
  ];
}

function files(table: Table): string[] {
  return [
    ".TP",
    `\\fI$XDG_CONFIG_HOME/ft/${table.configFile}\\fR`,
    roff(
      "Settings as a JSON object with options as keys. Without the variable, the folder is HOME/.config.",
    ),
    roff(
      "The command line takes precedence over the environment, and the environment over this file.",
    ),
  ];
}

function exits(): string[] {
  const rows: [number, string][] = [
    [0, "done"],
    ...Object.entries(EXITS).map(([code, text]) =>
      [EXIT_CODES[code as ErrorCode], text] as [number, string]
    ),
  ];
  return rows.flatMap(([code, text]) => [".TP", `\\fB${code}\\fR`, roff(text)]);
}

/**
 * Renders a page.
 *
 * @returns Source text for `man`, with a newline at its end.
 */
export function manPage(table: Table, facts: PageFacts): string {
  const command = table.defaultCommand === undefined ? "COMMAND" : "[COMMAND]";
  return [
    `.TH ${table.name.toUpperCase()} 1 "" "ft ${facts.version}" "User Commands"`,
    ...section("NAME", [`${table.name} \\- ${roff(table.summary)}`]),
    ...section("SYNOPSIS", [`\\fB${table.name}\\fR ${command} [\\fIOPTIONS\\fR]`]),
    ...section("DESCRIPTION", facts.description.flatMap((text) => [".PP", roff(text)])),
    ...section(
      "COMMANDS",
      [...table.commands, ...FLAG_COMMANDS].flatMap((row) => commandLines(table, row)),
    ),
    ...section("OPTIONS", flagsOf(table.flags, undefined).flatMap(flagLines)),
    ...section("OPTIONS OF SOME COMMANDS", commandFlags(table).flatMap(flagLines)),
    ...section("ENVIRONMENT", environment(table)),
    ...section("FILES", files(table)),
    ...section("EXIT STATUS", exits()),
    ...section(
      "EXAMPLES",
      facts.examples.flatMap(([does, line]) => [".TP", roff(does), `\\fB${roff(line)}\\fR`]),
    ),
    ...section("SEE ALSO", [facts.seeAlso.map((name) => `\\fB${name}\\fR(1)`).join(", ")]),
    "",
  ].join("\n");
}
