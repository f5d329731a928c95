/**
 * Checks the properties of `testing/properties/all.ts` with random input for a given time.
 *
 *     deno task fuzz [--seconds 60] [--seed N] [--only TEXT]
 *
 * It prints the seed; the same seed gives the same input in the same order. If a property does not
 * hold, it prints the input and exits with 1.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import fc from "fast-check";
import { PROPERTIES } from "../testing/properties/all.ts";

const RUNS_A_ROUND = 500;

function main(args: string[]): number {
  const options = parseArgs(args, { string: ["seconds", "seed", "only"] });
  const seconds = Number(options.seconds ?? 60);
  const seed = Number(options.seed ?? Math.floor(Math.random() * 0x7fff_ffff));
  const only = String(options.only ?? "");
  const properties = PROPERTIES.filter(({ name }) => name.includes(only));
  if (!(seconds > 0) || !Number.isInteger(seed) || properties.length === 0) {
    console.error("usage: deno task fuzz [--seconds N] [--seed N] [--only TEXT]");
    return 2;
  }
  console.log(`seed ${seed}: ${properties.length} properties, ${seconds} s`);
  const end = performance.now() + seconds * 1000;
  let tried = 0;
  for (let round = 0; performance.now() < end; round++) {
    for (const { name, property } of properties) {
      const found = fc.check(property, { numRuns: RUNS_A_ROUND, seed: (seed + round) | 0 });
      tried += found.numRuns;
      if (!found.failed) continue;
      console.error(`FAILED: ${name} (seed ${seed}, round ${round})`);
      console.error(fc.defaultReportMessage(found));
      return 1;
    }
  }
  console.log(`held for ${tried} inputs`);
  return 0;
}

Deno.exit(main(Deno.args));
