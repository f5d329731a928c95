/**
 * A flag's text as its value, whoever gave it.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import { MAX_DELAY_MS } from "../../base/signals.ts";
import { escapeControls } from "../../base/text.ts";
import type { FlagKind, FlagRow } from "./flag_table.ts";
import { didYouMean } from "./nearest.ts";
import { parseRate, parseSize } from "../format/sizes.ts";

/** What a flag can be. */
export type FlagValue = boolean | number | string | readonly string[] | undefined;

/** What a config file has for each kind. */
const JSON_KIND: Record<FlagKind, string> = {
  boolean: "true or false",
  string: "text",
  number: "a number",
  size: "a number, or text as 10Mi",
  rate: "a number, or text as 10Mi",
  seconds: "a number",
  choice: "text",
  list: "a list of texts",
};

const TRUE = ["1", "true", "yes", "on"];
const FALSE = ["0", "false", "no", "off"];

/** The refusal for a value; `where` names the flag, variable or key that it came from. */
export function badValue(row: FlagRow, where: string, wanted: string, text: string): FtError {
  const shown = escapeControls(text.slice(0, 80));
  return new FtError("usage", `${where}: ${wanted}, not "${shown}"`, { name: row.name });
}

function parseNumber(row: FlagRow, text: string, where: string): number {
  const fraction = row.kind === "seconds";
  const number = (fraction ? /^\d+(\.\d+)?$/ : /^\d+$/).test(text) ? Number(text) : NaN;
  const least = row.min ?? 0;
  if (Number.isFinite(number) && number >= least && number <= Number.MAX_SAFE_INTEGER) {
    // A timer that is set to a longer time would fire at once.
    return fraction ? Math.min(number, MAX_DELAY_MS / 1000) : number;
  }
  const wanted = fraction ? "wanted a number of seconds" : `wanted a whole number from ${least}`;
  throw badValue(row, where, wanted, text);
}

function parseBytes(row: FlagRow, text: string, where: string): number {
  const bytes = row.kind === "rate" ? parseRate(text) : parseSize(text);
  if (bytes === null || bytes < (row.min ?? 0)) {
    throw badValue(row, where, "wanted bytes as 500K, 10Mi or 1G", text);
  }
  return bytes;
}

function parseChoice(row: FlagRow, text: string, where: string): string {
  const choices = row.choices ?? [];
  if (choices.includes(text)) return text;
  const hint = didYouMean(text, choices);
  const wanted = `wanted one of ${choices.join(", ")}`;
  throw new FtError("usage", badValue(row, where, wanted, text).message + hint, { name: row.name });
}

function parseBoolean(row: FlagRow, text: string, where: string): boolean {
  if (TRUE.includes(text.toLowerCase())) return true;
  if (FALSE.includes(text.toLowerCase())) return false;
  throw badValue(row, where, "wanted true or false", text);
}

/**
 * Reads one value.
 *
 * @param where Names the source in errors: `--timeout`, `FTCLIENT_TIMEOUT`.
 * @throws `usage` when the text does not fit the flag's kind.
 */
export function parseValue(row: FlagRow, text: string, where: string): FlagValue {
  switch (row.kind) {
    case "boolean":
      return parseBoolean(row, text, where);
    case "number":
    case "seconds":
      return parseNumber(row, text, where);
    case "size":
    case "rate":
      return parseBytes(row, text, where);
    case "choice":
      return parseChoice(row, text, where);
    case "list":
      return text.split(",").map((part) => part.trim()).filter((part) => part !== "");
    case "string":
      return text;
  }
}

/**
 * Checks a value of a config file, where booleans, numbers and lists are JSON's own.
 *
 * @throws `usage` when it does not fit the flag's kind.
 */
export function configValue(row: FlagRow, value: unknown, where: string): FlagValue {
  if (row.kind === "list" && Array.isArray(value) && value.every((v) => typeof v === "string")) {
    return value;
  }
  if (typeof value === "boolean" && row.kind === "boolean") return value;
  if (typeof value === "number" && ["number", "seconds", "size", "rate"].includes(row.kind)) {
    return parseValue(row, String(value), where);
  }
  if (typeof value === "string" && !["boolean", "number", "seconds"].includes(row.kind)) {
    return parseValue(row, value, where);
  }
  throw badValue(row, where, `wanted ${JSON_KIND[row.kind]}`, JSON.stringify(value));
}
