/**
 * Sizes as people read them.
 *
 * Written by hand because `@std/fmt/bytes` formats a fixed number of decimals with
 * `toLocaleString`, which is over a hundred times as slow.
 *
 * @module
 */

const NAMES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/**
 * A size in IEC units with one decimal: `1.5 KiB`.
 *
 * @example
 * ```ts
 * import { formatBytes } from "./format_bytes.ts";
 *
 * if (formatBytes(1536) !== "1.5 KiB" || formatBytes(12) !== "12 B") throw new Error();
 * ```
 */
export function formatBytes(bytes: number): string {
  let unit = 0;
  for (; bytes >= 1024 && unit < NAMES.length - 1; unit++) bytes /= 1024;
  return `${bytes.toFixed(unit === 0 ? 0 : 1)} ${NAMES[unit]}`;
}
