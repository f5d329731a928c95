/**
 * The number of columns that text takes on a terminal.
 *
 * Written by hand because `@std/cli/unicode-width` reads a data table that the npm package
 * `deno-std` does not contain.
 *
 * @module
 */

const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

function columnsOf(char: string): number {
  return WIDE.test(char) ? 2 : ZERO.test(char) ? 0 : 1;
}

/** The width in columns of a text without control characters. */
export function textWidth(text: string): number {
  let columns = 0;
  for (const char of text) columns += columnsOf(char);
  return columns;
}

/**
 * Makes text exactly this wide: pads it on the right, or cuts its start, where paths differ least.
 *
 * @example
 * ```ts
 * import { fitText } from "./text_width.ts";
 *
 * if (fitText("a/long/name.txt", 8) !== "…ame.txt") throw new Error();
 * ```
 */
export function fitText(text: string, columns: number): string {
  const width = textWidth(text);
  if (width <= columns) return text + " ".repeat(columns - width);
  let kept = "";
  let room = columns - 1;
  for (const char of [...text].reverse()) {
    if (columnsOf(char) > room) break;
    room -= columnsOf(char);
    kept = char + kept;
  }
  return columns < 1 ? "" : `…${kept}${" ".repeat(Math.max(0, room))}`;
}
