/**
 * Moments and spans of time, as text.
 *
 * @module
 */

const twoDigits = (n: number) => String(n).padStart(2, "0");

/** A moment in local time: `2026-01-31 12:00`. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return "?".padEnd(16);
  const day = [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())];
  return `${day.join("-")} ${clockTime(date)}`;
}

/** The hour and minute of a moment in local time: `23:02`. */
export function clockTime(date: Date): string {
  return [date.getHours(), date.getMinutes()].map(twoDigits).join(":");
}

/** A span: `0.52 s`, `12.3 s`, `4:05`, `1:00:05`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : formatClock(seconds);
}

/** A span as a clock shows it, rounded up: `0:09`, `1:00:05`. */
export function formatClock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0
    ? `${hours}:${twoDigits(minutes)}:${twoDigits(whole % 60)}`
    : `${minutes}:${twoDigits(whole % 60)}`;
}
