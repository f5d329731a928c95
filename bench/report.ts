/**
 * The report: one line for each comparison, with its bar and verdict.
 *
 * @module
 */

import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { renderTable } from "../testing/table.ts";
import type { Outcome } from "./bench.ts";

/** How a figure compares with its bar and aim. */
export type Verdict = "aim met" | "met" | "aim missed" | "missed" | "";

/** Returns whether an outcome is within its bar and its aim; `""` if nothing says how it should be. */
export function verdict({ value, bar, aim }: Outcome): Verdict {
  if (value === undefined || (bar === undefined && aim === undefined)) return "";
  if (!(value <= (bar ?? Infinity))) return "missed";
  if (aim === undefined) return "met";
  if (value <= aim) return "aim met";
  return bar === undefined ? "aim missed" : "met";
}

const HEAD = ["work", "ours", "rival", "figure", "bar", "aim", "verdict"];

/** Returns the cells of an outcome, in the columns of {@linkcode HEAD}. */
function cells(outcome: Outcome): string[] {
  const show = (value: number | undefined) => {
    if (value === undefined) return "";
    const { unit = "ratio" } = outcome;
    if (unit === "ratio") return `${value.toFixed(2)} x`;
    return unit === "blocks" ? `${value}` : `${Number(value.toFixed(2))} ${unit}`;
  };
  const { work, ours, rival, value, bar, aim } = outcome;
  return [work, ours, rival, show(value), show(bar), show(aim), verdict(outcome)];
}

/** Renders the report as a table for a terminal. */
export function renderReport(outcomes: readonly Outcome[]): string[] {
  const paint = { "aim met": green, met: green, "aim missed": yellow, missed: red, "": dim };
  const rows = outcomes.map((outcome) => {
    const row = cells(outcome);
    return [
      ...row.slice(0, 3),
      bold(row[3] ?? ""),
      ...row.slice(4, 6),
      paint[verdict(outcome)](row[6] ?? ""),
    ];
  });
  return renderTable([HEAD.map(dim), ...rows], [
    "left",
    "right",
    "left",
    "right",
    "right",
    "right",
  ]);
}

/** Renders the report as a dated section of RESULTS.md. */
export function renderMarkdown(
  title: string,
  facts: readonly string[],
  outcomes: readonly Outcome[],
): string {
  const rows = [HEAD, HEAD.map(() => "---"), ...outcomes.map(cells)];
  return [
    ...["", `## ${title}`, "", ...facts.map((fact) => `- ${fact}`), ""],
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
  ].join("\n");
}
