/**
 * Splits a line of the shell into words, with the quotes and escapes of other shells.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";

/** The words of a line. */
export interface Tokens {
  readonly words: readonly string[];
  /** The offset of the last word; the length of a line that ends between words. */
  readonly lastFrom: number;
  /** Whether the line ends within a quote or an escape. */
  readonly open: boolean;
}

/**
 * Splits a line at white space that is neither quoted nor escaped.
 *
 * @example
 * ```ts
 * import { tokenize } from "./tokenize.ts";
 *
 * const { words } = tokenize(`get "my file" it\\'s`);
 * if (words.join("|") !== "get|my file|it's") throw new Error();
 * ```
 */
export function tokenize(line: string): Tokens {
  const words: string[] = [];
  let word: string | undefined;
  let [from, quote, escaped] = [line.length, "", false];
  for (const [at, char] of [...line].entries()) {
    if (word === undefined && (escaped || quote !== "" || !/\s/.test(char))) {
      word = "";
      from = [...line].slice(0, at).join("").length;
    }
    if (escaped) {
      word += char;
      escaped = false;
    } else if (char === "\\" && quote !== "'") escaped = true;
    else if (quote !== "") {
      if (char === quote) quote = "";
      else word += char;
    } else if (char === '"' || char === "'") quote = char;
    else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      [word, from] = [undefined, line.length];
    } else word += char;
  }
  if (word !== undefined) words.push(word);
  return { words, lastFrom: from, open: quote !== "" || escaped };
}

/** Splits a complete line into words. @throws `usage` for a quote that is not closed. */
export function splitWords(line: string): readonly string[] {
  const { words, open } = tokenize(line);
  if (open) throw new FtError("usage", "a quote is not closed");
  return words;
}

/** Escapes a name so that it is one word of a line. */
export function escapeWord(name: string): string {
  return name.replace(/[\s"'\\]/g, "\\$&");
}
