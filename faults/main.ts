/**
 * The fault matrix: injects faults into real programs, and checks the state that they leave.
 *
 *     deno task faults [--quick | --full] [--seed N] [--only TEXT,…] [--jobs N] [--list]
 *
 * Without --full it is --quick. A full run of all cells writes docs/FAULTS.md.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { REPOSITORY } from "../testing/repository.ts";
import { describeMachine } from "../testing/machine.ts";
import { VERSION } from "../lib/base/version.ts";
import { join } from "node:path";
import { allCells, selectCells } from "./cells.ts";
import { nameOf } from "./cell.ts";
import { renderPage } from "./report.ts";
import { type Result, runCells, type RunOptions } from "./runner.ts";

/** The options of the command line. */
interface Options extends RunOptions {
  readonly only: string | undefined;
  readonly list: boolean;
}

/** @throws {Error} When an option is unknown or invalid. */
function readOptions(args: string[]): Options {
  const options = parseArgs(args, {
    string: ["seed", "only", "jobs"],
    boolean: ["quick", "full", "list"],
    unknown: (arg) => {
      throw new Error(`Cannot run the matrix: unknown option "${arg}"`);
    },
  });
  if (options.quick === true && options.full === true) {
    throw new Error("--quick and --full exclude each other");
  }
  const count = (name: "seed" | "jobs", otherwise: number) => {
    const text = options[name];
    if (text === undefined) return otherwise;
    if (!/^\d{1,9}$/.test(`${text}`)) throw new Error(`--${name}: "${text}" is not a count`);
    return Number(text);
  };
  return {
    full: options.full === true,
    list: options.list === true,
    only: typeof options.only === "string" ? options.only : undefined,
    seed: count("seed", Math.floor(Math.random() * 1e9)),
    jobs: Math.max(1, count("jobs", 2)),
  };
}

function lineOf({ cell, injected, seconds, wrong, skipped }: Result, seed: number): string {
  const name = nameOf(cell);
  if (skipped !== undefined) return `skipped: ${name} (${skipped})`;
  const figures = `${injected} injected, ${seconds.toFixed(1)} s`;
  if (wrong === undefined) return `ok       ${name}: ${figures}`;
  return `WRONG    ${name}: ${figures}: ${wrong}\n         again: --only ${name} --seed ${seed}`;
}

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  const { full, seed } = options;
  const chosen = selectCells(allCells(), options.only);
  const cells = chosen.filter((cell) => (full ? cell.rounds : cell.quick) > 0);
  if (options.list) return cells.forEach((cell) => console.log(nameOf(cell)));
  if (cells.length === 0) throw new Error("no cell has such a name");
  console.log(`${cells.length} cells, seed ${seed}`);
  const began = performance.now();
  const results = await runCells(cells, options, (result) => console.log(lineOf(result, seed)));
  const wrong = results.filter((result) => result.wrong !== undefined);
  const skipped = results.filter((result) => result.skipped !== undefined);
  const injected = results.reduce((sum, result) => sum + result.injected, 0);
  const seconds = (performance.now() - began) / 1000;
  for (const result of wrong) console.log(lineOf(result, seed));
  console.log(
    `${results.length - skipped.length} cells, ${injected} faults injected, ` +
      `${wrong.length} wrong, ${skipped.length} skipped, ${seconds.toFixed(0)} s, seed ${seed}`,
  );
  if (full && options.only === undefined) {
    // The page is in the order of the matrix; the results are in the order of completion.
    const ordered = cells.map((cell) => results.find((result) => result.cell === cell)!);
    const date = new Date().toISOString().slice(0, 10);
    const machine = `${await describeMachine()}, ${Deno.build.os}, Deno ${Deno.version.deno}`;
    const page = renderPage(ordered, { date, seed, seconds, machine, version: VERSION });
    await Deno.writeTextFile(join(REPOSITORY, "docs", "FAULTS.md"), page);
  }
  if (wrong.length > 0) Deno.exitCode = 1;
}

try {
  await main(Deno.args);
} catch (error) {
  console.error(`faults: ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
