/**
 * Quotes words for a POSIX shell.
 *
 * @module
 */

const UNQUOTED = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Formats words as a command line that a POSIX shell splits into the same words.
 *
 * @example
 * ```ts
 * import { shellQuote } from "./shell_quote.ts";
 *
 * if (shellQuote(["get", "it's"]) !== "get 'it'\\''s'") throw new Error();
 * ```
 */
export function shellQuote(words: readonly string[]): string {
  return words
    .map((word) => UNQUOTED.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
    .join(" ");
}
