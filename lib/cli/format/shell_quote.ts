/**
 * Words as a shell reads them.
 *
 * @module
 */

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Writes a command line that a POSIX shell reads back as these words.
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
    .map((word) => PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
    .join(" ");
}
