/**
 * A line of the shell as words, as people know it from other shells.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";

/** A line, taken apart. */
export interface Words {
  readonly words: readonly string[];
  /** Where the last word begins; the line's length when a new one begins there. */
  readonly lastFrom: number;
  /** Whether a quote or an escape is open at the end. */
  readonly open: boolean;
}

/**
 * Takes a line apart at white space; quotes of both kinds and `\` keep it together.
 *
 * @example
 * ```ts
 * import { takeApart } from "./shell_words.ts";
 *
 * const { words } = takeApart(`get "my file" it\\'s`);
 * if (words.join("|") !== "get|my file|it's") throw new Error();
 * ```
 */
export function takeApart(line: string): Words {
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

/** The words of a whole line. @throws `usage` for a quote that is not closed. */
export function splitWords(line: string): readonly string[] {
  const { words, open } = takeApart(line);
  if (open) throw new FtError("usage", "a quote is not closed");
  return words;
}

/** A name as it is typed in a line. */
export function escapeWord(name: string): string {
  return name.replace(/[\s"'\\]/g, "\\$&");
}
