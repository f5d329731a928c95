/**
 * Spans of time as people read them.
 *
 * @module
 */

/** A span in its two largest units, such as `2 min 5 s`. @param ms Milliseconds. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 100 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`;
}
