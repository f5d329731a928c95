/**
 * One JSON object on one line that no terminal can be moved by.
 *
 * @module
 */

// What JSON.stringify leaves as it is but a terminal may act on, or a reader take for a line's end.
const UNSAFE = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Writes a value as one line of JSON; whatever could move a cursor is escaped the JSON way.
 *
 * @example
 * ```ts
 * import { jsonLine } from "./json_line.ts";
 *
 * if (jsonLine({ name: "a\u009bb" }) !== '{"name":"a\\u009bb"}') throw new Error();
 * ```
 */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
