/**
 * Parses the value of a flag, from the command line, the environment or a config file.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { MAX_DELAY_MS } from "../../base/signals.ts";
import { escapeControls } from "../../base/text.ts";
import type { FlagKind, FlagRow } from "./flag_table.ts";
import { didYouMean } from "./nearest.ts";
import { parseRate, parseSize } from "../format/sizes.ts";
import { parseSpan } from "../format/spans.ts";

/** The value of a flag. */
export type FlagValue = boolean | number | string | readonly string[] | undefined;

/** The values that a config file may contain, by kind. */
const JSON_KIND: Record<FlagKind, string> = {
  boolean: "true or false",
  string: "text",
  number: "a number",
  size: 'a number, or text such as "10Mi"',
  rate: 'a number, or text such as "10Mi"',
  seconds: "a number",
  span: 'a number of seconds, or text such as "12h"',
  choice: "text",
  list: "a list of text values",
};

const TRUE = ["1", "true", "yes", "on"];
const FALSE = ["0", "false", "no", "off"];

/** The error for an invalid value; `where` names the flag, variable or key it came from. */
function badValue(
  row: FlagRow,
  where: string,
  expected: string,
  got: unknown,
  candidates: readonly string[] = [],
): FtError {
  const shown = escapeControls(JSON.stringify(got).slice(0, 80));
  const hint = typeof got === "string" ? didYouMean(got, candidates) : "";
  const message = `${where}: expected ${expected}, got ${shown}${hint}`;
  return new FtError("usage", message, { name: row.name });
}

function parseNumber(row: FlagRow, text: string, where: string): number {
  const fraction = row.kind === "seconds";
  const number = (fraction ? /^\d+(\.\d+)?$/ : /^\d+$/).test(text) ? Number(text) : NaN;
  const min = row.min ?? 0;
  if (Number.isFinite(number) && number >= min && number <= Number.MAX_SAFE_INTEGER) {
    // A timer that is set to a longer time would fire at once.
    return fraction ? Math.min(number, MAX_DELAY_MS / 1000) : number;
  }
  const whole = [`a whole number from ${min}`, ...row.words ?? []].join(" or ");
  throw badValue(row, where, fraction ? "a number of seconds" : whole, text, row.words);
}

function parseBytes(row: FlagRow, text: string, where: string): number {
  const bytes = row.kind === "rate" ? parseRate(text) : parseSize(text);
  if (bytes === null || bytes < (row.min ?? 0)) {
    throw badValue(row, where, "a size such as 500K, 10Mi or 1G", text);
  }
  return bytes;
}

function parseSeconds(row: FlagRow, text: string, where: string): number {
  const seconds = (parseSpan(/[a-z]$/.test(text) ? text : `${text}s`) ?? 0) / 1000;
  if (seconds > 0) return seconds;
  throw badValue(row, where, "seconds, or a time such as 30m, 12h or 7d", text);
}

function parseChoice(row: FlagRow, text: string, where: string): string {
  const choices = row.choices ?? [];
  if (choices.includes(text)) return text;
  throw badValue(row, where, `one of ${choices.join(", ")}`, text, choices);
}

function parseBoolean(row: FlagRow, text: string, where: string): boolean {
  if (TRUE.includes(text.toLowerCase())) return true;
  if (FALSE.includes(text.toLowerCase())) return false;
  throw badValue(row, where, "true or false", text);
}

/**
 * Parses one value.
 *
 * @param where Names the source in errors: `--timeout`, `FTCLIENT_TIMEOUT`.
 * @throws `usage` for a value that is invalid for the flag's kind.
 */
export function parseValue(row: FlagRow, text: string, where: string): FlagValue {
  switch (row.kind) {
    case "boolean":
      return parseBoolean(row, text, where);
    case "number":
    case "seconds":
      if (row.words?.includes(text)) return text;
      return parseNumber(row, text, where);
    case "span":
      return parseSeconds(row, text, where);
    case "size":
    case "rate":
      return parseBytes(row, text, where);
    case "choice":
      return parseChoice(row, text, where);
    case "list":
      // A comma within braces belongs to a glob.
      return text.split(/,(?![^{}]*\})/).map((part) => part.trim()).filter((part) => part !== "");
    case "string":
      return text;
  }
}

/**
 * Validates a value of a config file, which has JSON booleans, numbers and lists.
 *
 * @throws `usage` for a value that is invalid for the flag's kind.
 */
export function configValue(row: FlagRow, value: unknown, where: string): FlagValue {
  if (row.kind === "list" && Array.isArray(value) && value.every((v) => typeof v === "string")) {
    return value;
  }
  if (typeof value === "boolean" && row.kind === "boolean") return value;
  if (
    typeof value === "number" && ["number", "seconds", "span", "size", "rate"].includes(row.kind)
  ) {
    return parseValue(row, String(value), where);
  }
  if (typeof value === "string" && row.words !== undefined) return parseValue(row, value, where);
  if (typeof value === "string" && !["boolean", "number", "seconds"].includes(row.kind)) {
    return parseValue(row, value, where);
  }
  throw badValue(row, where, JSON_KIND[row.kind], value);
}
