/**
 * docs/FAULTS.md: the matrix with the counts of a full run.
 *
 * @module
 */

import { nameOf } from "./cell.ts";
import type { Result } from "./runner.ts";

/** What a run was. */
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

What was done to real \`ftserver\` and \`ftclient\` processes, and how often. After each fault it was
looked at from outside, without the programs' own code, whether under every final name is the old
content or the new, whole; whether the exit code is a documented one; whether the server, started
again where it had been killed, serves a fresh client within a second; whether a second run of the
same command completes with the right content; and whether no file is left over after it.

\`deno task faults --full\` writes this page, \`deno task faults --quick\` does a part of it in CI.
A cell in which anything was lost or wrong would be marked **wrong**; \`deno task faults --only NAME
--seed N\` does a cell again with the same random numbers.

Flipped bits are flipped in plaintext, where content carries digests and the frames around it do
not; \`fts://\` lets none through. What one can still do there, and what is therefore not counted as
wrong: a small file of a batch arrives whole under the name as it arrived, and the client says that
it failed; the part of an upload whose token has become another stays until it expires.
`;

/** The page. */
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
    "Rows are faults, columns are phases, numbers are faults that happened.",
    "",
    ...groups(results).flatMap(([title, group]) => [`## ${title}`, "", ...table(group), ""]),
    ...skipped.length === 0 ? [] : ["## Skipped", "", ...reasons(skipped), ""],
  ].join("\n");
}

/** What is skipped for the same reason, in one line. */
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

/** The column of a phase; those that tell a frame and its field stand together by field. */
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
