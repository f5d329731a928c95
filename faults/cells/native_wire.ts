/**
 * Connections that fail in every phase of the native protocol: cut, reset, frozen, slow.
 *
 * @module
 */

import type { Cell, Round } from "../cell.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { NATIVE_PHASES, type Phase } from "../native/phases.ts";
import { NATIVE_WORKS } from "../native/works.ts";
import { tidy } from "../system.ts";
import { type Fault, faultyWire, strike } from "../strike.ts";
import * as verdict from "../verdict.ts";
import { cutAt, freezeAt, resetAt, silenceReceiver, silenceSender } from "../wire.ts";
import { clientOf, doorOf, type Work } from "../work.ts";

/** The environment of a client with a short timeout. */
const SHORT_TIMEOUT = { FTCLIENT_TIMEOUT: "0.5" };

/** Wires that break, or become silent. */
export const BREAKS: readonly Fault[] = [
  { name: "cut", codes: [5], lay: (url, place) => faultyWire(url, place, cutAt) },
  {
    // The client resumes by itself.
    name: "cut-and-retry",
    codes: [0],
    env: { FTCLIENT_RETRIES: "3" },
    lay: (url, place) => faultyWire(url, place, cutAt),
  },
  { name: "reset", codes: [5], lay: (url, place) => faultyWire(url, place, resetAt) },
  {
    name: "freeze",
    codes: [5],
    env: SHORT_TIMEOUT,
    lay: (url, place) => faultyWire(url, place, freezeAt),
  },
  {
    name: "silent-sender",
    codes: [5],
    env: SHORT_TIMEOUT,
    lay: (url, place) => faultyWire(url, place, silenceSender),
  },
  {
    name: "silent-receiver",
    // The client may not need the missing bytes.
    codes: [0, 5],
    env: SHORT_TIMEOUT,
    lay: (url, place) => faultyWire(url, place, silenceReceiver),
  },
];

/** Wires that are slow from the first byte to the last; transfers over them must succeed. */
const SLOW = {
  "delay-200ms": { delayMs: 200 },
  "dribble-4000": { dribbleBytes: 4000, delayMs: 2 },
} as const;

async function slow(round: Round, work: Work, name: keyof typeof SLOW): Promise<void> {
  const system = await round.system();
  await tidy(system);
  const job = await work.prepare(system, round.random);
  await using proxy = await FaultProxy.start(
    doorOf(work, system),
    () => ({ up: SLOW[name], down: SLOW[name] }),
  );
  const ended = await system.client(job.args, clientOf(work, proxy.url));
  verdict.exited(ended, [0]);
  await job.settle?.(ended);
  round.struck();
  await verdict.completed(job);
  await verdict.serves(system);
  await verdict.nothingElse(system, job);
}

/** The rounds of a quick run: one for each fault that does not take long. */
const quick = (fault: Fault, work: Work) =>
  fault.env === undefined && ["get", "put"].includes(work.name) ? 1 : 0;

/** Whether a fault is detectable in a phase: the receiver of content sends hardly any bytes. */
function detectable(fault: Fault, { name }: Phase, { way }: Work): boolean {
  if (fault.name !== "silent-receiver") return true;
  return way === "get" ? name.endsWith("hello") : name !== "after-commit";
}

/** Returns the cells of this family. */
export function nativeWire(): Cell[] {
  const breaks = NATIVE_WORKS.flatMap((work) =>
    NATIVE_PHASES.filter((phase) => phase.in(work)).flatMap((phase) =>
      BREAKS.filter((fault) => detectable(fault, phase, work)).map((fault): Cell => ({
        ...{ dialect: "native", work: work.name, fault: fault.name, phase: phase.name },
        ...{ rounds: fault.env?.FTCLIENT_RETRIES === undefined ? 2 : 1 },
        quick: quick(fault, work),
        run: (round) => strike(round, work, () => phase.place(work), fault),
      }))
    )
  );
  return [...breaks, ...NATIVE_WORKS.flatMap((work) => slownessOf("native", work))];
}

/** Returns the cells of a work over slow wires. */
export function slownessOf(dialect: string, work: Work): Cell[] {
  return (Object.keys(SLOW) as (keyof typeof SLOW)[]).map((fault): Cell => ({
    ...{ dialect, work: work.name, fault, phase: "throughout" },
    ...{ rounds: 1, quick: 0 },
    run: (round) => slow(round, work, fault),
  }));
}
