/**
 * Eight clients that download at once and keep nothing of it.
 *
 * @module
 */

import { join } from "node:path";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { type Bench, type Outcome, quietEnv, type Row } from "../bench.ts";
import { compare, versus } from "../compare.ts";
import { writeRandomFile } from "../inputs.ts";

const CLIENTS = 8;
const NAME = "shared.bin";
/** The shared file's part of the size of the large file. */
const SHARE = 5;
/** The kernel's unit of processor time: seconds, on every common system. */
const TICK_SECONDS = 1 / 100;

function atOnce(run: () => Promise<unknown>): () => Promise<unknown> {
  return () => Promise.all(Array.from({ length: CLIENTS }, run));
}

/** Returns the seconds of processor time that a process has used. */
async function processorSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The name in parentheses may contain spaces; user and system time are the 12th and 13th after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_SECONDS;
}

/** Runs our client with its standard output to nowhere. */
async function ourGet(bench: Bench): Promise<void> {
  const { path, args } = bench.client;
  const script = 'exec "$@" >/dev/null';
  await runSuccessfully(
    { path: "/bin/sh", args: ["-c", script, "sh", path, ...args, "get", NAME, "-o", "-"] },
    [],
    quietEnv(bench),
  );
}

/** Compares with as many of `curl`, each with an `openssl` that hashes. */
export const manyClients: Row = {
  name: "many-clients",
  async measure(bench: Bench): Promise<Outcome[]> {
    const bytes = Math.ceil(bench.bytes / SHARE);
    await writeRandomFile(join(bench.root, NAME), bytes);
    const work = `${CLIENTS} gets at once`;
    const costs: number[] = [];
    const ours = {
      name: "ftclient",
      run: async () => {
        const before = await processorSeconds(bench.server.pid);
        await atOnce(() => ourGet(bench))();
        costs.push(await processorSeconds(bench.server.pid) - before);
      },
    };
    const outcomes = await compare(bench, work, ours, [
      await versus(`${CLIENTS} x curl+openssl`, bench.rivals.nginx, (nginx) => {
        return { name: "curl+openssl", run: atOnce(() => nginx.stream(NAME)) };
      }, { bar: 1.1, aim: 0.8 }),
    ]);
    if (Deno.build.os !== "linux") return outcomes;
    // The first run hashes the file; afterwards its digests are known.
    const value = Math.min(...costs) * 1024 ** 3 / (CLIENTS * bytes);
    const cost = { ours: `${value.toFixed(2)} s/GiB`, rival: "-", value, unit: "s/GiB" as const };
    return [...outcomes, { work: `${work}: processor time of the server, least`, ...cost }];
  },
};
