/**
 * The peak memory of each process, as the kernel counts it.
 *
 * @module
 */

import { join } from "node:path";
import { peakMiB } from "../../testing/programs/peak_memory.ts";
import { type Bench, emptyFolder, type Outcome, quietEnv, type Row } from "../bench.ts";
import { BIG, bigFile, freshServer } from "./get.ts";

const GETS_AT_ONCE = 8;
const POLL_MS = 10;

/** Runs our client to its end and returns its peak in MiB. */
export async function clientPeak(bench: Bench, url: string, ...args: string[]): Promise<number> {
  const child = new Deno.Command(bench.client.path, {
    args: [...bench.client.args, "-q", ...args],
    env: { ...quietEnv(bench), FTCLIENT_HOST: url },
    ...{ stdin: "null", stdout: "null", stderr: "inherit" },
  }).spawn();
  let [peak, running] = [0, true];
  child.status.then(() => running = false);
  while (running) {
    peak = Math.max(peak, await peakMiB(child.pid) ?? 0);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  if (!(await child.status).success) throw new Error(`ftclient ${args.join(" ")} failed`);
  return peak;
}

function outcome(work: string, value: number, bar: number): Outcome {
  return { work, ours: `${value.toFixed(0)} MiB`, rival: "-", value, bar, unit: "MiB" };
}

/** The client with one file each way, and a new server during eight downloads. */
export const memory: Row = {
  name: "memory",
  async measure(bench: Bench): Promise<Outcome[]> {
    if (Deno.build.os !== "linux") return [];
    const source = await bigFile(bench);
    const folder = await emptyFolder(join(bench.dir, "memory"));
    await emptyFolder(join(bench.root, "in_memory"));
    const url = bench.server.url;
    const get = await clientPeak(bench, url, "get", BIG, "-d", folder);
    const put = await clientPeak(bench, url, "put", source, "--to", "in_memory");
    await emptyFolder(folder);
    await emptyFolder(join(bench.root, "in_memory"));

    await using server = await freshServer(bench, "memory");
    const gets = Array.from(
      { length: GETS_AT_ONCE },
      () => clientPeak(bench, server.url, "get", BIG, "-o", "-"),
    );
    await Promise.all(gets);
    const served = await peakMiB(server.pid);
    return [
      outcome("memory of the client, get", get, 150),
      outcome("memory of the client, put", put, 150),
      outcome(`memory of the server, ${GETS_AT_ONCE} gets at once`, served ?? NaN, 150),
    ];
  },
};
