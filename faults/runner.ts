/**
 * Runs cells, a few at the same time.
 *
 * @module
 */

import { withTimeout } from "../testing/with_timeout.ts";
import { type Cell, nameOf, type Round } from "./cell.ts";
import { missing } from "./needs.ts";
import { Random } from "../testing/random.ts";
import type { System } from "../testing/programs/system.ts";
import { openSystem } from "./system.ts";
import { Wrong } from "./verdict.ts";

/** The default timeout of a round, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** Options of a run. */
export interface RunOptions {
  readonly full: boolean;
  readonly seed: number;
  /** The number of cells that run at the same time. */
  readonly jobs: number;
}

/** The result of a cell. */
export interface Result {
  readonly cell: Cell;
  /** The number of faults that happened. */
  readonly injected: number;
  readonly seconds: number;
  /** The failed check; absent if there is none. */
  readonly wrong?: string;
  /** Why it was skipped; absent if it ran. */
  readonly skipped?: string;
}

/** Runs cells and reports each result; cells that need the whole machine run last. */
export async function runCells(
  cells: readonly Cell[],
  options: RunOptions,
  onResult: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const work = async (waiting: Cell[]) => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      const result = await runCell(cell, options);
      results.push(result);
      onResult(result);
    }
  };
  const together = cells.filter(({ alone }) => !alone);
  await Promise.all(Array.from({ length: options.jobs }, () => work(together)));
  await work(cells.filter(({ alone }) => alone));
  return results;
}

async function runCell(cell: Cell, { full, seed }: RunOptions): Promise<Result> {
  const began = performance.now();
  let injected = 0;
  const result = (more: Partial<Result>): Result => {
    const seconds = (performance.now() - began) / 1000;
    return { cell, injected, seconds, ...more };
  };
  for (const need of cell.needs ?? []) {
    const skipped = await missing(need);
    if (skipped !== null) return result({ skipped });
  }
  const opened: Promise<System>[] = [];
  try {
    for (let number = 0; number < (full ? cell.rounds : cell.quick); number++) {
      const before = injected;
      await runWithTimeout(cell, {
        number,
        full,
        random: Random.of(seed, nameOf(cell), number),
        system: () => opened[0] ?? (opened.push(openSystem(cell.system)), opened[0]!),
        struck: (times = 1) => void (injected += times),
      });
      if (injected === before) throw new Wrong("the fault never struck");
    }
    return result({});
  } catch (error) {
    const wrong = error instanceof Wrong ? error.message : `${(error as Error)?.stack ?? error}`;
    return result({ wrong });
  } finally {
    const system = await opened[0]?.catch(() => undefined);
    await system?.[Symbol.asyncDispose]();
  }
}

async function runWithTimeout(cell: Cell, round: Round): Promise<void> {
  const { timeoutMs = TIMEOUT_MS } = cell;
  await withTimeout(cell.run(round), timeoutMs, () => {
    throw new Wrong(`it hung: no end within ${timeoutMs / 1000} s`);
  });
}
