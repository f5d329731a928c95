/**
 * Splits a line of the shell into words, with the quotes and escapes of other shells.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";

/** A word. */
export interface Word {
  /** The word without quotes and escapes. */
  readonly text: string;
  /** The same as a pattern: what was quoted or escaped stands for itself. */
  readonly pattern: string;
}

/** The words of a line. */
export interface Tokens {
  readonly words: readonly Word[];
  /** The offset of the last word; the length of a line that ends between words. */
  readonly lastFrom: number;
  /** Whether the line ends within a quote or an escape. */
  readonly open: boolean;
  /** The quote that is not closed, or nothing. */
  readonly quote: string;
}

/** Characters with a meaning in a pattern, or at the start of a path. */
const SPECIAL = /[*?[\]{}~\\,!^-]/;

/**
 * Splits a line at white space that is neither quoted nor escaped.
 *
 * @example
 * ```ts
 * import { tokenize } from "./tokenize.ts";
 *
 * const { words } = tokenize(`get "my file" it\\'s`);
 * const texts = words.map(({ text }) => text);
 * if (texts.join("|") !== "get|my file|it's") throw new Error();
 * ```
 */
export function tokenize(line: string): Tokens {
  const words: Word[] = [];
  let word: Word | undefined;
  let [from, quote, escaped] = [line.length, "", false];
  for (const [at, char] of [...line].entries()) {
    if (word === undefined && (escaped || quote !== "" || !/\s/.test(char))) {
      word = { text: "", pattern: "" };
      from = [...line].slice(0, at).join("").length;
    }
    if (escaped) {
      word = extended(word, char, true);
      escaped = false;
    } else if (char === "\\" && quote !== "'") escaped = true;
    else if (quote !== "") {
      if (char === quote) quote = "";
      else word = extended(word, char, true);
    } else if (char === '"' || char === "'") quote = char;
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      [word, from] = [undefined, line.length];
    } else word = extended(word, char, false);
  }
  if (word !== undefined) words.push(word);
  return { words, lastFrom: from, open: quote !== "" || escaped, quote };
}

function extended(word: Word | undefined, char: string, literal: boolean): Word {
  const { text = "", pattern = "" } = word ?? {};
  const escape = literal && SPECIAL.test(char) ? "\\" : "";
  return { text: text + char, pattern: pattern + escape + char };
}

/** Splits a complete line into words. @throws `usage` for a quote that is not closed. */
export function splitWords(line: string): readonly Word[] {
  const { words, open } = tokenize(line);
  if (open) throw new FtError("usage", "a quote is not closed");
  return words;
}

/**
 * Writes a name so that it is one word of a line.
 *
 * @param quote The quote that the word begins with. @default none: characters are escaped
 */
export function escapeWord(name: string, quote = ""): string {
  if (quote === "") return name.replace(/[\s"'\\]/g, "\\$&");
  // A single quote cannot be written within single quotes.
  const inside = quote === "'" ? name.replaceAll("'", "'\\''") : name.replace(/["\\]/g, "\\$&");
  // A folder stays open, for the name below it.
  return `${quote}${inside}${name.endsWith("/") ? "" : quote}`;
}
