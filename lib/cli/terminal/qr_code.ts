/**
 * QR codes, drawn with half blocks.
 *
 * @module
 */

import { type Line, type Output, paint } from "./output.ts";

/** The quiet zone around a code, in modules; cameras need little of the four that are specified. */
const MARGIN = 2;

/** The four pairs of an upper and a lower module: both off, lower on, upper on, both on. */
const HALVES = [" ", "▄", "▀", "█"] as const;

/** Terminals whose rows are drawn. */
export interface QrOptions {
  /** The width of the terminal. */
  readonly columns: number;
  /** Whether it shows colours; otherwise it is taken for a dark one. */
  readonly colour: boolean;
}

/**
 * Draws a code: with colours black on white, else with the text colour for what is white.
 *
 * @returns `null` if the terminal is too narrow.
 */
export async function qrLines(text: string, options: QrOptions): Promise<Line[] | null> {
  const { encode } = await import("uqr");
  const { data, size } = encode(text, { ecc: "L", border: MARGIN });
  if (size > options.columns) return null;
  const on = (row: number, column: number) =>
    Number((data[row]?.[column] ?? false) === options.colour);
  const lines: Line[] = [];
  for (let row = 0; row < size; row += 2) {
    let drawn = "";
    for (let column = 0; column < size; column++) {
      drawn += HALVES[on(row, column) * 2 + on(row + 1, column)];
    }
    lines.push([options.colour ? paint("paper", drawn) : drawn]);
  }
  return lines;
}

/** Draws a code on stderr, if it is a terminal; a notice says if that is too narrow. */
export async function drawQr(out: Output, text: string): Promise<void> {
  if (!out.readByPeople) return;
  const lines = await qrLines(text, { columns: out.columns, colour: out.coloured });
  if (lines === null) return out.notice("the terminal is too narrow for the QR code: use the link");
  for (const line of lines) out.notice(...line);
}
