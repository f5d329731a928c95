/**
 * Mutation testing: does any test notice when one line of `lib` changes?
 *
 *     deno task mutate [--seed N] [--count N] [--near] [--jobs N] [--json FILE]
 *         [ROOM…]
 *
 * A room is a folder of `lib`, such as `storage` or `cli/client`, or one file. The same seed on the
 * same sources gives the same sample. With `--near` only the tests of a file's own room and the
 * conformance suites run, which is quicker and lets more survive.
 *
 * StrykerJS does not fit: it selects a mutant by an environment variable, which tests without
 * permissions and the programs with their own list of permissions cannot read.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { join } from "node:path";
import { Random } from "../../testing/random.ts";
import { whyEquivalent } from "./equivalents.ts";
import { type Decided, Judge } from "./judge.ts";
import { findMutations, isMutable, type Mutation } from "./mutations.ts";
import { renderLine, renderSummary } from "./report.ts";
import { typeChecks } from "./run_tests.ts";
import { sample } from "./sample.ts";
import { readReferences, type References } from "./suites.ts";
import { repositoryFiles, WorkTree } from "./work_tree.ts";

interface Options {
  readonly seed: number;
  readonly count: number;
  readonly jobs: number;
  readonly near: boolean;
  readonly json: string | undefined;
  readonly rooms: readonly string[];
}

/** @throws {Error} When an option is unknown or not a number. */
function readOptions(args: string[]): Options {
  const options = parseArgs(args, {
    string: ["seed", "count", "jobs", "json"],
    boolean: ["near"],
    unknown: (arg) => {
      if (arg.startsWith("-")) throw new Error(`unknown option: ${arg}`);
    },
  });
  const number = (name: "seed" | "count" | "jobs", otherwise: number) => {
    const text = options[name];
    if (text === undefined) return otherwise;
    if (!/^\d{1,9}$/.test(`${text}`)) {
      throw new Error(`--${name}: expected a number, got "${text}"`);
    }
    return Number(text);
  };
  return {
    seed: number("seed", Math.floor(Math.random() * 1e9)),
    count: number("count", 50),
    jobs: Math.max(1, number("jobs", 1)),
    near: options.near === true,
    json: options.json as string | undefined,
    rooms: options._.map((room) => `${room}`.replace(/^lib\//, "").replace(/\/$/, "")),
  };
}

function selectFiles(files: readonly string[], rooms: readonly string[]): string[] {
  const own = files.filter((file) => file.startsWith("lib/") && isMutable(file)).sort();
  const isIn = (file: string, room: string) =>
    file === `lib/${room}` || file.startsWith(`lib/${room}/`);
  const unknown = rooms.find((room) => !own.some((file) => isIn(file, room)));
  if (unknown !== undefined) throw new Error(`no such room in lib: ${unknown}`);
  return rooms.length === 0 ? own : own.filter((file) => rooms.some((room) => isIn(file, room)));
}

/** Decides about mutations of the sample, some at the same time, until there are enough. */
async function run(options: Options, signal: AbortSignal): Promise<Decided[]> {
  const files = await repositoryFiles();
  await using unchanged = await WorkTree.create(files);
  const chosen = selectFiles(files, options.rooms);
  const texts = new Map<string, string>();
  for (const file of files.filter((file) => file.endsWith(".ts"))) {
    texts.set(file, await Deno.readTextFile(join(unchanged.path, file)));
  }
  const references: References = new Map(
    [...texts].map(([file, text]) => [file, readReferences(file, text)]),
  );
  const mutations = chosen.flatMap((file) => findMutations(file, texts.get(file) ?? ""));
  console.log(`${mutations.length} mutations of ${chosen.length} files, seed ${options.seed}`);
  const candidates = sample(mutations, Random.of(options.seed, "mutate"));

  const judge = new Judge(references, unchanged, signal);
  const decided: Decided[] = [];
  const report = (one: Decided) => {
    decided.push(one);
    console.log(renderLine(one));
  };
  let taken = 0;
  let turn: Promise<unknown> = Promise.resolve();
  /** Takes the next mutation that passes the type check, one caller after the other. */
  const take = (tree: WorkTree): Promise<Mutation | undefined> => {
    const next = turn.then(async () => {
      while (taken < options.count) {
        const { value: mutation } = candidates.next();
        if (mutation === undefined) return undefined;
        await tree.mutate(mutation);
        if (!await typeChecks(tree, mutation.file, signal)) continue;
        taken++;
        return mutation;
      }
    });
    turn = next.catch(() => {});
    return next;
  };
  const work = async () => {
    await using tree = await WorkTree.create(files, unchanged.path);
    for (let mutation = await take(tree); mutation !== undefined; mutation = await take(tree)) {
      const by = whyEquivalent(mutation);
      if (by !== undefined) report({ mutation, verdict: "equivalent", by });
      else report(await judge.decide(mutation, tree, options.near));
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: options.jobs }, work));
  for (const one of ended) {
    if (one.status === "rejected" && !signal.aborted) console.error(`mutate: ${one.reason}`);
  }
  return decided;
}

try {
  const options = readOptions(Deno.args);
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  Deno.addSignalListener("SIGTERM", () => stop.abort());
  const decided = await run(options, stop.signal);
  for (const line of renderSummary(decided)) console.log(line);
  if (options.json !== undefined) {
    const text = JSON.stringify({ seed: options.seed, decided }, undefined, 2);
    await Deno.writeTextFile(options.json, `${text}\n`);
  }
  Deno.exit(0);
} catch (error) {
  console.error(`mutate: ${error instanceof Error ? error.message : error}`);
  Deno.exit(2);
}
