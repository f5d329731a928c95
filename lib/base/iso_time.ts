/**
 * Moments in ISO 8601.
 *
 * @module
 */

/** A moment in UTC: `2026-01-31T12:00:00.000Z`. A time that no `Date` can hold becomes 1970. */
export function isoTime(ms: number): string {
  const date = new Date(ms);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}
