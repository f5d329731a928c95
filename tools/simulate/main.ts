/**
 * `deno task simulate`: how much a cluster of servers carries.
 *
 *     deno task simulate              # prints all tables
 *     deno task simulate --write      # writes them into docs/CAPACITY.md
 *     deno task simulate --count      # counts again what commands ask, with a real store and bus
 *     deno task simulate --measure    # measures again what they cost
 *     deno task simulate --loops      # measures again what the simulation must reproduce
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { countedCluster } from "../../testing/cluster/counted_cluster.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { join } from "node:path";
import { calibrate } from "./calibration.ts";
import { countCommands } from "./counting.ts";
import { LOOPS, measureLoop } from "./loops.ts";
import { MEASURED, type Measured, type MeasuredCase } from "./measured.ts";
import { measureCosts } from "./measuring.ts";
import {
  calibrationTable,
  costsTable,
  countedTable,
  memoryTable,
  stepsTable,
  type Tables,
  withTables,
} from "./page.ts";
import { allSteps } from "./steps.ts";

const PAGE = join(REPOSITORY, "docs/CAPACITY.md");
const today = () => new Date().toISOString().slice(0, 10);

/** All tables, from what was counted and measured last. */
export function allTables(): Tables {
  const calibration = calibrate(MEASURED);
  return {
    counted: countedTable(),
    costs: costsTable(MEASURED),
    memory: memoryTable(MEASURED),
    calibration: calibrationTable(calibration),
    steps: stepsTable(allSteps(MEASURED, calibration)),
  };
}

async function store(name: string, data: unknown): Promise<void> {
  const path = join(REPOSITORY, "tools/simulate/data", name);
  await Deno.writeTextFile(path, `${JSON.stringify(data, null, 2)}\n`);
  await format(path);
}

async function format(path: string): Promise<void> {
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", path], cwd: REPOSITORY }).output();
}

async function count(): Promise<void> {
  await using cluster = await countedCluster();
  await store("counted.json", { taken: today(), commands: await countCommands(cluster) });
}

async function measure(): Promise<void> {
  await using cluster = await countedCluster();
  await storeMeasured(await measureCosts(cluster));
}

async function measureLoops(): Promise<void> {
  await using cluster = await countedCluster();
  const cases: MeasuredCase[] = [];
  for (const loop of LOOPS) cases.push(await measureLoop(cluster, loop));
  await storeMeasured({ cases });
}

async function storeMeasured(changes: Partial<Measured>): Promise<void> {
  const how = `deno task simulate, ${navigator.hardwareConcurrency} cores, ${Deno.build.os}`;
  await store("measured.json", { ...MEASURED, taken: today(), how, ...changes });
}

if (import.meta.main) {
  const args = parseArgs(Deno.args, { boolean: ["write", "count", "measure", "loops"] });
  if (args.count === true) await count();
  else if (args.measure === true) await measure();
  else if (args.loops === true) await measureLoops();
  else {
    const tables = allTables();
    for (const [name, text] of Object.entries(tables)) console.log(`${name}\n\n${text}\n`);
    if (args.write === true) {
      await Deno.writeTextFile(PAGE, withTables(await Deno.readTextFile(PAGE), tables));
      await format(PAGE);
    }
  }
}
