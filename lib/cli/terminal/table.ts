/**
 * Lists with headings and columns.
 *
 * @module
 */

import { escapeControls } from "../../base/text.ts";
import { textWidth } from "../format/text_width.ts";
import { type Output, paint } from "./output.ts";

/**
 * Prints one line per row. A terminal also gets headings and aligned columns; scripts get the fields
 * alone, two spaces apart.
 */
export function printTable(
  out: Output,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  if (!out.terminal) return rows.forEach((row) => out.line(row.join("  ")));
  if (rows.length === 0) return;
  const shown = rows.map((row) => row.map(escapeControls));
  const widths = headings.map((heading, column) =>
    shown.reduce((widest, row) => Math.max(widest, textWidth(row[column] ?? "")), heading.length)
  );
  const align = (row: readonly string[]) =>
    row.map((field, column) => field + " ".repeat(widths[column]! - textWidth(field)))
      .join("  ").trimEnd();
  out.line(paint("bold", align(headings)));
  for (const row of shown) out.line(align(row));
}
