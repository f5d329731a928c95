/**
 * Spans of time, as users type them.
 *
 * @module
 */

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Parses a span such as `30m`, `12h` or `7d`; a fraction is possible.
 *
 * @returns Milliseconds, or `null` when the text is not a span above 0.
 *
 * @example
 * ```ts
 * import { parseSpan } from "./spans.ts";
 *
 * if (parseSpan("2h") !== 7_200_000 || parseSpan("2") !== null) throw new Error();
 * ```
 */
export function parseSpan(text: string): number | null {
  const [, count, unit] = /^(\d{1,9}(?:\.\d{1,9})?)([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return ms > 0 ? ms : null;
}
