/**
 * The cells of the matrix, and their runner.
 */

import { assertEquals } from "@std/assert";
import { type Cell, nameOf } from "../../faults/cell.ts";
import { allCells, selectCells } from "../../faults/cells.ts";
import { runCells } from "../../faults/runner.ts";
import { Wrong } from "../../faults/verdict.ts";

const cell = (fault: string, run: Cell["run"] = () => Promise.resolve()): Cell => ({
  ...{ dialect: "native", work: "get", fault, phase: "middle" },
  ...{ rounds: 2, quick: 1, run },
});

Deno.test("allCells gives every cell a unique name", () => {
  const names = allCells().map(nameOf);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("selectCells selects cells whose names contain one of the texts", () => {
  const cells = [cell("cut"), cell("reset"), cell("freeze")];
  assertEquals(selectCells(cells, "get/cut,fre").map(({ fault }) => fault), ["cut", "freeze"]);
  assertEquals(selectCells(cells, undefined), cells);
});

Deno.test("runCells counts faults, and fails a cell whose fault never struck", async () => {
  const cells = [
    cell("two", ({ struck }) => Promise.resolve(struck())),
    cell("none"),
    cell("lost", () => Promise.reject(new Wrong("a file was lost"))),
    { ...cell("hung", () => new Promise(() => {})), timeoutMs: 1 },
  ];
  const results = await runCells(cells, { full: true, seed: 1, jobs: 1 }, () => {});
  assertEquals(results.map(({ injected, wrong }) => [injected, wrong]), [
    [2, undefined],
    [0, "the fault never struck"],
    [0, "a file was lost"],
    [0, "it hung: no end within 0.001 s"],
  ]);
});

Deno.test("runCells runs no other cell beside one that needs the whole machine", async () => {
  let [running, most] = [0, 0];
  const run: Cell["run"] = async ({ struck }) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    struck();
  };
  const alone: Cell = {
    ...cell("alone", (round) => {
      assertEquals(running, 0);
      return run(round);
    }),
    alone: true,
  };
  const cells = [alone, cell("one", run), cell("two", run)];
  const results = await runCells(cells, { full: false, seed: 1, jobs: 2 }, () => {});
  assertEquals(results.map(({ cell }) => cell.fault), ["one", "two", "alone"]);
  assertEquals([most, results.some(({ wrong }) => wrong !== undefined)], [2, false]);
});
