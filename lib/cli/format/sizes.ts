/**
 * Sizes and rates, as users type and read them.
 *
 * @module
 */

import { formatBytes } from "../../base/format_bytes.ts";

const UNITS: Record<string, number> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
};
const SIZE = /^(\d+(?:\.\d+)?)([kmg]i?)?b?$/i;

/**
 * Parses a size: a number with `K M G` (powers of 1000) or `Ki Mi Gi` (powers of 1024).
 *
 * @returns Whole bytes, or `null` when the text is not a size.
 *
 * @example
 * ```ts
 * import { parseSize } from "./sizes.ts";
 *
 * if (parseSize("1.5Ki") !== 1536 || parseSize("2M") !== 2_000_000) throw new Error();
 * ```
 */
export function parseSize(text: string): number | null {
  const [, number, unit = ""] = SIZE.exec(text) ?? [];
  if (number === undefined) return null;
  const bytes = Math.floor(Number(number) * UNITS[unit.toLowerCase()]!);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** Parses a rate in bytes per second: a size, with or without `/s`. */
export function parseRate(text: string): number | null {
  return parseSize(text.replace(/\/s$/, ""));
}

/** A rate in IEC units: `1.5 MiB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/**
 * A part of a size, with one unit where both have the same: `437 of 640 MiB`.
 *
 * @example
 * ```ts
 * import { formatPart } from "./sizes.ts";
 *
 * if (formatPart(1536, 2048) !== "1.5 of 2 KiB") throw new Error();
 * if (formatPart(12, 2048) !== "12 B of 2 KiB") throw new Error();
 * ```
 */
export function formatPart(part: number, whole: number): string {
  const [partText, wholeText] = [part, whole].map((size) => formatBytes(size).replace(".0 ", " "));
  const [number, unit] = partText!.split(" ");
  return `${wholeText!.endsWith(` ${unit}`) ? number : partText} of ${wholeText}`;
}
