/**
 * JSON on one line, safe to print on a terminal.
 *
 * @module
 */

// Characters that JSON.stringify leaves alone, but that control a terminal or end a line.
const UNSAFE = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Formats a value as one line of JSON, with all control characters escaped.
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
