/**
 * Checks that no row of the benchmark can rot: continuous integration runs each of them.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import type { Row } from "../../bench/bench.ts";
import { readOptions } from "../../bench/options.ts";
import { verdict } from "../../bench/report.ts";
import { ROWS } from "../../bench/rows.ts";
import { REPOSITORY } from "../../testing/repository.ts";

/** The rows that a file of `bench/rows/` exports, by the names of their constants. */
async function exportedRows(name: string): Promise<[string, Row][]> {
  const module: Record<string, unknown> = await import(`../../bench/rows/${name}`);
  return Object.entries(module).filter((entry): entry is [string, Row] => {
    const [, value] = entry;
    return typeof value === "object" && value !== null && "measure" in value;
  });
}

Deno.test("ROWS has every row of every file in bench/rows", async () => {
  const names = (await Array.fromAsync(Deno.readDir(join(REPOSITORY, "bench", "rows"))))
    .map(({ name }) => name);
  assert(names.length > 10);
  for (const name of names) {
    const rows = await exportedRows(name);
    assert(rows.length > 0, `bench/rows/${name} has no row`);
    for (const [constant, row] of rows) {
      assert(ROWS.includes(row), `${constant} of bench/rows/${name} is never run`);
    }
  }
  assertEquals(new Set(ROWS.map(({ name }) => name)).size, ROWS.length, "a name is used twice");
});

Deno.test("continuous integration runs every row in its tiny form", async () => {
  const lines = (await Deno.readTextFile(join(REPOSITORY, ".ci", "run"))).split("\n");
  const command = lines.find((line) => line.startsWith("deno task bench"));
  assertEquals(command, "deno task bench --tiny");
  const { rows, runs, tiny } = await readOptions(["--tiny"]);
  assertEquals(rows, ROWS);
  assertEquals([runs, tiny], [1, true]);
});

Deno.test("a figure without a bar has no verdict, and neither has a rival that is missing", () => {
  const one = { work: "get", ours: "1 s", rival: "curl 2 s", value: 0.5 };
  assertEquals(verdict(one), "");
  assertEquals(verdict({ ...one, value: undefined, bar: 1, aim: 0.5 }), "");
  assertEquals(verdict({ ...one, bar: 1, aim: 0.5 }), "aim met");
  assertEquals(verdict({ ...one, value: 0.6, bar: 1, aim: 0.5 }), "met");
  assertEquals(verdict({ ...one, value: 1.1, bar: 1, aim: 0.5 }), "missed");
  assertEquals(verdict({ ...one, value: NaN, bar: 1 }), "missed");
  assertEquals(verdict({ ...one, value: 1.1, aim: 1 }), "aim missed");
});
