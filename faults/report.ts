/**
 * Renders docs/FAULTS.md: the matrix with the counts of a full run.
 *
 * @module
 */

import { nameOf } from "./cell.ts";
import type { Result } from "./runner.ts";

/** The facts of a run. */
export interface RunFacts {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly seed: number;
  readonly machine: string;
  readonly version: string;
  readonly seconds: number;
}

const WORDS = `<!-- deno-fmt-ignore-file -->

# The fault matrix

The faults injected into real \`ftserver\` and \`ftclient\` processes, with counts. After each fault,
checks from outside, without the programs' own code, verify that every final name has the complete
old or the complete new content; that the exit code is a documented one; that the server, restarted
if it was killed, serves a new client within a second; that a second run of the same command
completes with the right content; and that it leaves no stray files.

\`deno task faults --full\` writes this page, \`deno task faults --quick\` runs a part of it in CI.
A cell with lost or wrong content would be marked **wrong**; \`deno task faults --only NAME
--seed N\` repeats a cell with the same random numbers.

Bits are flipped in plaintext, where content carries digests but the frames around it do not;
\`fts://\` detects every flip. Two effects remain possible in plaintext and are not counted as wrong:
a small file of a batch may be stored, complete, under a damaged name, and the client reports that
it failed; the partial data of an upload with a damaged token stays until it expires.
`;

/** Renders the page. */
export function renderPage(results: readonly Result[], facts: RunFacts): string {
  const done = results.filter(({ skipped }) => skipped === undefined);
  const wrong = done.filter((result) => result.wrong !== undefined);
  const skipped = results.filter((result) => result.skipped !== undefined);
  const injected = done.reduce((sum, result) => sum + result.injected, 0);
  return [
    WORDS,
    "## The run",
    "",
    `- ${done.length} cells, ${injected} faults injected, ${wrong.length} wrong, ` +
    `${skipped.length} skipped`,
    `- ${facts.date}, version ${facts.version}, seed ${facts.seed}, ` +
    `${Math.round(facts.seconds / 60)} minutes`,
    `- ${facts.machine}`,
    ...wrong.map((result) => `- **wrong**: \`${nameOf(result.cell)}\``),
    "",
    "Rows are faults, columns are phases, numbers count the injected faults.",
    "",
    ...groups(results).flatMap(([title, group]) => [`## ${title}`, "", ...table(group), ""]),
    ...skipped.length === 0 ? [] : ["## Skipped", "", ...reasons(skipped), ""],
  ].join("\n");
}

/** One line for all cells skipped for the same reason. */
function reasons(skipped: readonly Result[]): string[] {
  const counts = new Map<string, number>();
  for (const { skipped: why = "" } of skipped) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts].map(([why, count]) => `- ${count} cells: ${why}`);
}

function groups(results: readonly Result[]): [string, Result[]][] {
  const found = new Map<string, Result[]>();
  for (const result of results) {
    const title = `${result.cell.dialect}: ${result.cell.work}`;
    found.set(title, [...found.get(title) ?? [], result]);
  }
  return [...found];
}

/** The column of a phase; phases that name a frame and a field are grouped by field. */
function columnOf(phase: string): string {
  return phase.slice(phase.lastIndexOf(".") + 1);
}

/** A matrix of counts in Markdown. */
function table(results: readonly Result[]): string[] {
  const columns = [...new Set(results.map(({ cell }) => columnOf(cell.phase)))];
  const faults = [...new Set(results.map(({ cell }) => cell.fault))];
  const rows = faults.map((fault) => [
    fault,
    ...columns.map((column) =>
      count(results.filter(({ cell }) => cell.fault === fault && columnOf(cell.phase) === column))
    ),
  ]);
  const head = ["", ...columns];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
}

function count(results: readonly Result[]): string {
  if (results.length === 0) return "";
  if (results.some(({ wrong }) => wrong !== undefined)) return "**wrong**";
  if (results.every(({ skipped }) => skipped !== undefined)) return "skipped";
  return `${results.reduce((sum, { injected }) => sum + injected, 0)}`;
}
