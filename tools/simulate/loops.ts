/**
 * Closed loops of real clients against a real server, which the simulation must reproduce.
 *
 * @module
 */

import type { Remote } from "../../lib/client/remote/remote.ts";
import type { CountedCluster } from "../../testing/cluster/counted_cluster.ts";
import type { MeasuredCase } from "./measured.ts";
import { connect, get, putSmall } from "./operations.ts";

/**
 * The loops. The store is so slow that the processor is not the bound, as other work on the machine
 * would change that.
 */
export const LOOPS: readonly Pick<MeasuredCase, "operation" | "clients" | "delayMs">[] = [
  { operation: "getSmall", clients: 1, delayMs: 1000 },
  { operation: "getSmall", clients: 16, delayMs: 1000 },
  { operation: "getSmall", clients: 24, delayMs: 1000 },
  { operation: "putSmall", clients: 1, delayMs: 1000 },
  { operation: "putSmall", clients: 8, delayMs: 1000 },
  { operation: "putSmall", clients: 16, delayMs: 1000 },
];

/** Operations of each client that are timed, after one that is not. */
const TIMED = 2;

/** Measures one loop. */
export async function measureLoop(
  { system, store }: CountedCluster,
  loop: typeof LOOPS[number],
): Promise<MeasuredCase> {
  await using stack = new AsyncDisposableStack();
  const remotes: Remote[] = [];
  for (let i = 0; i < loop.clients; i++) remotes.push(stack.use(await connect(system.url)));
  const names: string[] = [];
  for (const remote of remotes) names.push(await putSmall(remote));
  const operate = (i: number) =>
    loop.operation === "getSmall" ? get(remotes[i]!, names[i]!) : putSmall(remotes[i]!);
  store.delayMs = loop.delayMs;
  const seconds = await Promise.all(remotes.map(async (_, i) => {
    await operate(i);
    const started = performance.now();
    for (let n = 0; n < TIMED; n++) await operate(i);
    return (performance.now() - started) / 1000 / TIMED;
  }));
  store.delayMs = 0;
  // A client without pauses does one operation after the other.
  const mean = seconds.reduce((a, b) => a + b) / seconds.length;
  return { ...loop, perSecond: Math.round(loop.clients / mean * 1000) / 1000 };
}
