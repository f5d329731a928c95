/**
 * Sizes and times as people read them.
 *
 * @module
 */

import { formatBytes } from "../../base/format_bytes.ts";

/** Sizes and times in the language of a page. */
export class Format {
  readonly #decimal: string;
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;

  /** @param zone The time zone. @default that of the browser */
  constructor(language: string, zone?: string) {
    this.#decimal = new Intl.NumberFormat(language).format(1.5).charAt(1);
    const format = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
    const clock = { hour: "2-digit", minute: "2-digit" } as const;
    this.#time = format(clock);
    this.#day = format({ day: "numeric", month: "short", ...clock });
    this.#date = format({ day: "numeric", month: "short", year: "numeric" });
    this.#full = format({ dateStyle: "full", timeStyle: "medium" });
  }

  /** A size, such as `1.5 KiB`. */
  size(bytes: number): string {
    return formatBytes(bytes).replace(".", this.#decimal);
  }

  /** A time, the shorter the more recent it is. @param nowMs Milliseconds since 1970. */
  time(iso: string, nowMs: number): string {
    const date = new Date(iso);
    const days = (nowMs - date.getTime()) / (24 * 3_600_000);
    if (days > 300) return this.#date.format(date);
    const now = new Date(nowMs);
    const today = this.#date.format(date) === this.#date.format(now);
    return (today ? this.#time : this.#day).format(date);
  }

  /** A time with everything that is known of it. */
  fullTime(iso: string): string {
    return this.#full.format(new Date(iso));
  }
}
