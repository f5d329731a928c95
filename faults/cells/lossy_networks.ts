/**
 * Networks with packet loss or latency: both programs run in their own network namespace.
 *
 * @module
 */

import type { Cell, Round } from "../cell.ts";
import { type Program, programFromTask } from "../../testing/programs/program.ts";
import { NATIVE_WORKS } from "../native/works.ts";
import { openSystem } from "../system.ts";
import * as verdict from "../verdict.ts";
import type { Work } from "../work.ts";

const NETWORKS: Readonly<Record<string, readonly string[]>> = {
  "loss-1-percent": ["loss", "1%"],
  "loss-10-percent": ["loss", "10%"],
  "delay-200-ms": ["delay", "100ms"],
  "reordered": ["delay", "10ms", "reorder", "25%", "50%"],
  "duplicated": ["duplicate", "10%"],
};
/** The number of runs in which a transfer must complete. */
const ATTEMPTS = 5;

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) {
    throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
}

/** Creates a network namespace with a lossy loopback. Disposing removes it. */
async function namespace(
  emulation: readonly string[],
): Promise<AsyncDisposable & { name: string }> {
  const name = `ftfaults-${crypto.randomUUID().slice(0, 8)}`;
  await run("ip", "netns", "add", name);
  const inside = (...args: string[]) => run("ip", "netns", "exec", name, ...args);
  const space = { name, [Symbol.asyncDispose]: () => run("ip", "netns", "del", name) };
  try {
    await inside("ip", "link", "set", "lo", "mtu", "1500", "up");
    await inside("tc", "qdisc", "add", "dev", "lo", "root", "netem", ...emulation);
    return space;
  } catch (error) {
    await space[Symbol.asyncDispose]();
    throw error;
  }
}

function within(name: string, { path, args }: Program): Program {
  return { path: "ip", args: ["netns", "exec", name, path, ...args] };
}

async function transfer(
  round: Round,
  work: Work,
  emulation: readonly string[],
): Promise<void> {
  await using space = await namespace(emulation);
  const programs = {
    server: within(space.name, await programFromTask("ftserver")),
    client: within(space.name, await programFromTask("ftclient")),
  };
  await using system = await openSystem({ programs });
  const job = await work.prepare(system, round.random);
  for (let attempt = 1;; attempt++) {
    const ended = await system.client(job.args);
    round.struck();
    verdict.exited(ended, attempt === ATTEMPTS ? [0] : [0, 5]);
    await verdict.wholeUnderNames(job);
    if (ended.code === 0) break;
    await verdict.nothingButParts(system, job);
  }
  await verdict.completed(job);
  await system.stop();
  await verdict.nothingElse(system, job);
}

/** Returns the cells of this family. */
export function lossyNetworks(): Cell[] {
  return NATIVE_WORKS.flatMap((work) =>
    Object.entries(NETWORKS).map(([fault, emulation]): Cell => ({
      ...{ dialect: "native", work: work.name, fault, phase: "all-the-time" },
      rounds: 3,
      quick: work.name === "put" && fault === "loss-1-percent" ? 1 : 0,
      ...{ needs: ["netem"], timeoutMs: 180_000 },
      run: (round) => transfer(round, work, emulation),
    }))
  );
}
