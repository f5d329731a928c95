/**
 * The benchmark: our programs and common tools, measured in turns on the same machine.
 *
 *     deno task bench [--only NAME,…] [--runs N] [--size 1Gi] [--files N] [--dir DIR]
 *                     [--client PATH] [--server PATH] [--write] [--tiny]
 *
 * Without `--client` and `--server` the programs run from source, with their tasks' permissions.
 * `--tiny` runs every row once with as little as possible, in about a minute: it shows that the rows
 * work, compares nothing, and fails only when a row fails.
 *
 * @module
 */

import { ServerProcess } from "../testing/programs/server_process.ts";
import { REPOSITORY } from "../testing/repository.ts";
import { setColorEnabled } from "@std/fmt/colors";
import { formatBytes } from "../lib/base/format_bytes.ts";
import { join } from "node:path";
import { type Bench, emptyFolder, type Outcome, removeAll } from "./bench.ts";
import { describeMachine } from "../testing/machine.ts";
import { type Options, readOptions } from "./options.ts";
import { renderMarkdown, renderReport, verdict } from "./report.ts";
import { type Rivals, startRivals } from "./rivals/rivals.ts";

const say = (text: string) => console.error(text);

async function main(args: string[]): Promise<void> {
  const options = await readOptions(args);
  await using stack = new AsyncDisposableStack();
  const dir = await Deno.makeTempDir({ prefix: "ft_bench_", dir: options.dir });
  stack.defer(() => removeAll(dir));
  const root = await emptyFolder(join(dir, "root"));
  const state = await emptyFolder(join(dir, "state"));
  const rivals = await startRivals(root, join(dir, "rivals"), stack, say);
  const server = stack.use(await ServerProcess.start({ program: options.server, root, state }));
  const serverProgram = options.server;
  const bench: Bench = { ...options, dir, root, rivals, server, serverProgram, say };

  const { outcomes, failures } = await measure(bench, options);
  const shown = options.tiny ? outcomes.map(withoutBars) : outcomes;
  for (const line of renderReport(shown)) console.log(line);
  if (options.write) await appendResults(options, rivals, outcomes);
  for (const failure of failures) say(`bench: ${failure}`);
  if (failures.length > 0 || shown.some((one) => verdict(one) === "missed")) Deno.exitCode = 1;
}

/** Measures every row, also after one that fails. */
async function measure(bench: Bench, { rows }: Options) {
  const [outcomes, failures]: [Outcome[], string[]] = [[], []];
  for (const row of rows) {
    say(`${row.name}:`);
    try {
      outcomes.push(...await row.measure(bench));
    } catch (error) {
      failures.push(`${row.name} failed: ${error instanceof Error ? error.message : error}`);
      say(`  ${failures.at(-1)}`);
    }
  }
  return { outcomes, failures };
}

function withoutBars(outcome: Outcome): Outcome {
  return { ...outcome, bar: undefined, aim: undefined };
}

async function appendResults(o: Options, rivals: Rivals, outcomes: Outcome[]): Promise<void> {
  const { missing } = rivals;
  const facts = [
    `${await describeMachine()}, ${Deno.build.os}, Deno ${Deno.version.deno}`,
    `${formatBytes(o.bytes)} and ${o.files} files of 4 KiB, medians of ${o.runs} paired runs`,
    o.client.args.length === 0 ? "executables" : "from source",
    ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
  ];
  const section = renderMarkdown(new Date().toISOString().slice(0, 10), facts, outcomes);
  await Deno.writeTextFile(join(REPOSITORY, "bench", "RESULTS.md"), section, { append: true });
}

setColorEnabled(!Deno.noColor && Deno.stdout.isTerminal());
try {
  await main(Deno.args);
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
