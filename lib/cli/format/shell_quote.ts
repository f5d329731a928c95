/**
 * Quotes words for a POSIX shell.
 *
 * @module
 */

import { hasControl } from "../../base/text.ts";

const UNQUOTED = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Quotes a word with control characters, which a terminal would not show as they are. */
function ansiQuote(word: string): string {
  const text = word.replace(/[\\']/g, "\\$&").replace(
    // deno-lint-ignore no-control-regex
    /[\u0000-\u001f\u007f-\u009f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `$'${text}'`;
}

/**
 * Formats words as a command line that a shell splits into the same words. One with control characters
 * is quoted as `$'…'`, which bash, zsh and ksh know.
 *
 * @example
 * ```ts
 * import { shellQuote } from "./shell_quote.ts";
 *
 * if (shellQuote(["get", "it's"]) !== "get 'it'\\''s'") throw new Error();
 * if (shellQuote(["a\nb"]) !== "$'a\\u000ab'") throw new Error();
 * ```
 */
export function shellQuote(words: readonly string[]): string {
  return words.map((word) => {
    if (UNQUOTED.test(word)) return word;
    return hasControl(word) ? ansiQuote(word) : `'${word.replaceAll("'", "'\\''")}'`;
  }).join(" ");
}
