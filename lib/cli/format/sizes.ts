/**
 * Sizes, rates and spans of time, as people type and read them.
 *
 * Written by hand because `@std/fmt/bytes` formats a fixed number of decimals with
 * `toLocaleString`, which is over a hundred times as slow.
 *
 * @module
 */

const NAMES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
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
 * Reads a size: a number with `K M G` (powers of 1000) or `Ki Mi Gi` (powers of 1024).
 *
 * @returns Whole bytes, or `null` when it is no size.
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

/** Reads a rate: a size, with `/s` or without. */
export function parseRate(text: string): number | null {
  return parseSize(text.replace(/\/s$/, ""));
}

/**
 * A size in IEC units with one decimal: `1.5 KiB`.
 *
 * @example
 * ```ts
 * import { formatBytes } from "./sizes.ts";
 *
 * if (formatBytes(1536) !== "1.5 KiB" || formatBytes(12) !== "12 B") throw new Error();
 * ```
 */
export function formatBytes(bytes: number): string {
  let unit = 0;
  for (; bytes >= 1024 && unit < NAMES.length - 1; unit++) bytes /= 1024;
  return `${bytes.toFixed(unit === 0 ? 0 : 1)} ${NAMES[unit]}`;
}

/** A rate in IEC units: `1.5 MiB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** A span for a summary: `0.52 s`, `12.3 s`, `4:05`, `1:00:05`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : formatClock(seconds);
}

/** A span as a clock shows it: `0:09`, `1:00:05`. */
export function formatClock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}
