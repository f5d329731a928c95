/**
 * The page of the matrix.
 */

import { assertStringIncludes } from "@std/assert";
import { renderPage } from "../../faults/report.ts";
import type { Result } from "../../faults/runner.ts";
import { pure } from "../../testing/pure.ts";

const FACTS = { date: "2026-01-31", seed: 7, machine: "a machine", version: "0.1.0", seconds: 90 };

function result(fault: string, phase: string, more: Partial<Result>): Result {
  const cell = { dialect: "native", work: "get", fault, phase, rounds: 1, quick: 1 };
  const run = () => Promise.resolve();
  return { cell: { ...cell, run }, injected: 1, seconds: 1, ...more };
}

pure("renderPage counts faults by phase, adds up fields, and names failed cells", () => {
  const page = renderPage([
    result("cut", "middle", { injected: 3 }),
    result("flip", "1-HELO.type", { injected: 4 }),
    result("flip", "2-REQU.type", { injected: 5 }),
    result("kill", "middle", { wrong: "a file was lost" }),
    result("loss", "middle", { injected: 0, skipped: "it needs root" }),
  ], FACTS);
  for (
    const line of [
      "- 4 cells, 13 faults injected, 1 wrong, 1 skipped",
      "- 2026-01-31, version 0.1.0, seed 7, 2 minutes",
      "- **wrong**: `native/get/kill/middle`",
      "|  | middle | type |",
      "| cut | 3 |  |",
      "| flip |  | 9 |",
      "| kill | **wrong** |  |",
      "| loss | skipped |  |",
      "- 1 cells: it needs root",
    ]
  ) assertStringIncludes(page, `${line}\n`);
});
