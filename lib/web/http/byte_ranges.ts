/**
 * Byte ranges (RFC 9110, 14).
 *
 * @module
 */

import { MAX_WEB_RANGES } from "../../base/limits.ts";

/** A range of bytes, `[start, end)`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The meaning of a `Range` field. */
export type Ranges =
  /** The whole file: there is no field, or one that is to be ignored. */
  | "all"
  /** Nothing that the file has. */
  | "none"
  | readonly ByteRange[];

/**
 * Parses a `Range` field. One that is invalid, or asks for more than the file has altogether, is
 * ignored.
 *
 * @param bytes The size of the file.
 */
export function parseRanges(field: string | null, bytes: number): Ranges {
  const [, list] = /^bytes[ \t]*=(.*)$/i.exec(field ?? "") ?? [];
  if (list === undefined) return "all";
  const specs = list.split(",").map((spec) => spec.trim()).filter((spec) => spec !== "");
  if (specs.length === 0 || specs.length > MAX_WEB_RANGES) return "all";
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = parseRange(spec, bytes);
    if (range === undefined) return "all";
    if (range.start < range.end) ranges.push(range);
  }
  if (ranges.length === 0) return "none";
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0) > bytes ? "all" : ranges;
}

/** @returns `undefined` for an invalid one; an empty range if the file does not have it. */
function parseRange(spec: string, bytes: number): ByteRange | undefined {
  const [, first, last] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  if (first === "") return { start: Math.max(0, bytes - Number(last)), end: bytes };
  const start = Number(first);
  if (last !== "" && isLess(last, first)) return undefined;
  const end = last === "" ? bytes : Math.min(bytes, Number(last) + 1);
  return { start: Math.min(start, end), end };
}

/** Compares decimal numbers of any length. */
function isLess(a: string, b: string): boolean {
  return BigInt(a) < BigInt(b);
}
