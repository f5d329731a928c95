/**
 * The lines at the bottom of a terminal that move: progress, and the line being typed.
 *
 * @module
 */

import { escapeControls } from "../../base/text.ts";
import { textWidth } from "../format/text_width.ts";

/** The size of a terminal. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A line as it is written, and its width without the codes of its colours. */
export interface LiveLine {
  readonly text: string;
  readonly width: number;
}

/** The line being typed, in one row. */
export interface PromptLine {
  readonly text: string;
  /** The column of the cursor. */
  readonly column: number;
}

/** The control sequences that move the cursor: no carriage return, which NO_COLOR turns off. */
const TO_COLUMN = (column: number) => column === 0 ? "\x1b[G" : `\x1b[${column + 1}G`;
const UP = (rows: number) => rows === 0 ? "" : `\x1b[${rows}A`;
const ERASE_BELOW = "\x1b[J";

/** Holds the lines, and makes the text that draws and erases them. */
export class LiveRegion {
  readonly #lines = new Map<object, readonly LiveLine[]>();
  #prompt: PromptLine | undefined;
  /** The widths of the drawn lines; the cursor is in the last one. */
  #drawn: readonly number[] = [];
  #cursor = 0;

  /** Whether there is something to erase. */
  get drawn(): boolean {
    return this.#drawn.length > 0;
  }

  /** Sets the lines of one part of the program; they are shown when the region is drawn. */
  set(owner: object, lines: readonly LiveLine[]): void {
    if (lines.length === 0) this.#lines.delete(owner);
    else this.#lines.set(owner, lines);
  }

  /** Sets the line being typed; `undefined` removes it. */
  setPrompt(line: PromptLine | undefined): void {
    this.#prompt = line;
  }

  /** Notes that the terminal was cleared. */
  cleared(): void {
    this.#drawn = [];
  }

  /**
   * The text that erases what was drawn. A terminal that became narrower has wrapped the lines, which
   * take more rows now.
   */
  erase(columns: number): string {
    if (!this.drawn) return "";
    const above = this.#drawn.slice(0, -1).reduce(
      (rows, width) => rows + rowsOf(width, columns),
      0,
    );
    this.#drawn = [];
    return TO_COLUMN(0) + UP(above + Math.floor(this.#cursor / columns)) + ERASE_BELOW;
  }

  /** The text that draws the region. Lines beyond its rows are left out. */
  draw({ rows }: TerminalSize): string {
    const prompt = this.#prompt && escapeControls(this.#prompt.text);
    const room = Math.max(1, prompt === undefined ? rows : rows - 1);
    const lines = [...this.#lines.values()].flat().slice(0, room);
    if (prompt !== undefined) lines.push({ text: prompt, width: textWidth(prompt) });
    this.#drawn = lines.map(({ width }) => width);
    this.#cursor = this.#prompt?.column ?? Math.max(0, (lines.at(-1)?.width ?? 0) - 1);
    const move = this.#prompt === undefined ? "" : TO_COLUMN(this.#prompt.column);
    return lines.map(({ text }) => text).join("\n") + move;
  }
}

/** The rows of a line on a terminal of this width. */
function rowsOf(width: number, columns: number): number {
  return Math.max(1, Math.ceil(width / columns));
}
