/**
 * Renders tables as text.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";

/** The alignment of a column. */
export type Align = "left" | "right";

/**
 * Renders rows in columns as wide as their widest cell, without counting colours.
 *
 * @param align For each column; further columns are aligned left.
 *
 * @example
 * ```ts
 * import { renderTable } from "./table.ts";
 *
 * const lines = renderTable([["a", "10"], ["long", "9"]], ["left", "right"]);
 * if (lines[1] !== "long   9") throw new Error(lines[1]);
 * ```
 */
export function renderTable(
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, stripAnsiCode(cell).length));
  }
  return rows.map((row) =>
    row.map((cell, i) => {
      const space = " ".repeat((widths[i] ?? 0) - stripAnsiCode(cell).length);
      return align[i] === "right" ? space + cell : cell + space;
    }).join("  ").trimEnd()
  );
}
