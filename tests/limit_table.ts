/**
 * Reads the tables of docs/LIMITS.md.
 *
 * @module
 */

const UNITS: Readonly<Record<string, number>> = {
  ...{ "": 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 },
  ...{ ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 },
};

/**
 * Parses a number such as `256 KiB`, `10 s` or `2^53 - 1`; `NaN` if it is not one.
 *
 * @example
 * ```ts
 * import { readLimit } from "./limit_table.ts";
 *
 * if (readLimit("256 KiB") !== 262144 || readLimit("5 min") !== 300000) throw new Error("wrong");
 * ```
 */
export function readLimit(text: string): number {
  if (text === "2^53 - 1") return Number.MAX_SAFE_INTEGER;
  const [, digits, unit] = text.match(/^(\d+(?:\.\d+)?) ?(\w*)$/) ?? [];
  return Number(digits ?? NaN) * (UNITS[unit ?? ""] ?? NaN);
}

/** One row of a table of limits. */
export interface LimitRow {
  readonly name: string;
  readonly value: string;
  readonly flag: string;
  readonly meaning: string;
}

/** Returns the rows of all tables whose first cell is the name of a constant. */
export function readLimitRows(markdown: string): LimitRow[] {
  const rows = markdown.matchAll(/^\| `([A-Z0-9_]+)`\s*\|([^|]*)\|([^|]*)\|([^|]*)\|/gm);
  return [...rows].map(([, name = "", value = "", flag = "", meaning = ""]) => ({
    ...{ name, value: value.trim() },
    ...{ flag: flag.replaceAll("`", "").trim(), meaning: meaning.trim() },
  }));
}

/** Returns the relative links of a Markdown text outside code, without their anchors. */
export function relativeLinks(markdown: string): string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));
}
