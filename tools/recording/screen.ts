/**
 * Splits a terminal's screen into runs of text with one style.
 *
 * @module
 */

/** The look of a run of text. */
export interface Style {
  readonly bold?: true;
  readonly dim?: true;
  /** One of the sixteen colours. */
  readonly color?: number;
}

/** Text in one style. */
export interface Run extends Style {
  readonly text: string;
  /** Its first column, from 0. */
  readonly column: number;
}

/**
 * Parses a line with escape sequences, as printed by `tmux capture-pane -e`.
 *
 * @example
 * ```ts
 * import { readLine } from "./screen.ts";
 *
 * const [a, b] = readLine("is \x1b[1;32mgreen\x1b[0m");
 * if (a?.text !== "is " || b?.color !== 2 || b.column !== 3) throw new Error();
 * ```
 */
export function readLine(line: string): Run[] {
  const runs: Run[] = [];
  let style: Style = {};
  let column = 0;
  // deno-lint-ignore no-control-regex
  for (const [, codes, text] of line.matchAll(/\x1b\[([\d;:]*)m|([^\x1b]+)/g)) {
    if (text === undefined) style = apply(style, codes ?? "");
    else {
      runs.push({ ...style, text, column });
      column += [...text].length;
    }
  }
  return runs.filter(({ text }) => text.trim() !== "");
}

function apply(style: Style, codes: string): Style {
  let next: Style = style;
  for (const code of codes.split(/[;:]/).map(Number)) {
    if (code === 0) next = {};
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 22) next = without(next, "bold", "dim");
    else if (code === 39) next = without(next, "color");
    else if (code >= 30 && code <= 37) next = { ...next, color: code - 30 };
    else if (code >= 90 && code <= 97) next = { ...next, color: code - 82 };
  }
  return next;
}

function without(style: Style, ...keys: (keyof Style)[]): Style {
  return Object.fromEntries(
    Object.entries(style).filter(([key]) => !keys.includes(key as keyof Style)),
  );
}
