/**
 * Times in header fields (RFC 9110, 5.6.7).
 *
 * @module
 */

const IMF =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;

/** Formats a time. One that no field can hold becomes 1970. */
export function httpDate(ms: number): string {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  return (year >= 0 && year <= 9999 ? date : new Date(0)).toUTCString();
}

/** Parses a time, in milliseconds. Other forms than the current one are ignored, as an error is. */
export function parseHttpDate(field: string | null): number | undefined {
  if (field === null || !IMF.test(field)) return undefined;
  const ms = Date.parse(field);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The time in whole seconds, which is all that a field says. */
export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
