/**
 * One fault, from its preparation to the last verdict.
 *
 * @module
 */

import type { Round } from "./cell.ts";
import { FaultProxy } from "../testing/network/fault_proxy.ts";
import type { ConnectionFaults } from "../testing/network/faults.ts";
import type { Finished, RunningProgram } from "../testing/programs/running_program.ts";
import type { System } from "../testing/programs/system.ts";
import { tidy } from "./system.ts";
import * as verdict from "./verdict.ts";
import type { Place, Wire } from "./wire.ts";
import { hostFor, type Job, type Work } from "./work.ts";

/** What a fault can reach. */
export interface Scene<W extends Wire> {
  readonly system: System;
  /** Between client and server; it has stopped where it was told to. */
  readonly wire: W;
  readonly client: RunningProgram;
}

/** A fault. */
export interface Fault<W extends Wire = Wire> {
  readonly name: string;
  /** Lays the wire that does it, or that stops for it, at a place of the first connection. */
  lay(url: string, place: () => Place): W | Promise<W>;
  /** Makes it happen, where the wire has only stopped, and lets the wire go on or end. */
  strike?(scene: Scene<W>): Promise<void>;
  /** The codes that a client may end with. */
  readonly codes: readonly number[];
  /** Further environment of the client that is hit. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the server logs, where it lives to tell. */
  readonly logs?: RegExp;
  /** Whether the server has ended and must be started again. */
  readonly endsServer?: true;
}

/** A wire that does something at a place of the first connection, and nothing to others. */
export function faultyWire(
  url: string,
  place: () => Place,
  faults: (place: Place) => ConnectionFaults,
): Promise<FaultProxy> {
  return FaultProxy.start(url, (connection) => connection === 0 ? faults(place()) : {});
}

/** Milliseconds in which a client comes to where it is awaited. */
const ARRIVAL_MS = 15_000;

/**
 * Does a work, stops the wire, strikes, and looks at what is left: the client's code, what is under
 * the final names, that the server serves, that a second run completes, that nothing is left over.
 */
export async function strike<W extends Wire>(
  round: Round,
  work: Work,
  place: () => Place,
  fault: Fault<W>,
): Promise<void> {
  const system = await round.system();
  await tidy(system);
  const job = await work.prepare(system, round.random);
  const before = system.log.length;
  const ended = await hit(
    round,
    system,
    { ...job, host: (url) => hostFor(work, url) },
    place,
    fault,
  );
  verdict.exited(ended, fault.codes);
  if (fault.endsServer) {
    await system.ended;
    await system.resume();
  } else if (fault.logs !== undefined) {
    await verdict.logged(system, fault.logs, before);
  }
  await verdict.wholeUnderNames(job);
  if (ended.code === 0) await verdict.completed(job);
  await verdict.nothingButParts(system, job);
  await verdict.serves(system);
  const again = await system.client(job.args, {
    env: { FTCLIENT_HOST: hostFor(work, system.url) },
  });
  verdict.exited(again, [0], "the second ftclient");
  await verdict.completed(job);
  await verdict.nothingElse(system, job);
}

async function hit<W extends Wire>(
  round: Round,
  system: System,
  { args, host }: Pick<Job, "args"> & { host(url: string): string },
  place: () => Place,
  fault: Fault<W>,
): Promise<Finished> {
  await using wire = await fault.lay(system.url, place);
  const client = system.spawn(args, { env: { FTCLIENT_HOST: host(wire.url), ...fault.env } });
  if (!await arrives(wire, client)) return await client.finished;
  await fault.strike?.({ system, wire, client });
  round.struck();
  return await client.finished;
}

/** Waits until the wire has stopped; false when the client has ended before. */
async function arrives(wire: Wire, client: RunningProgram): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      client.signal("SIGKILL");
      resolve(false);
    }, ARRIVAL_MS);
  });
  try {
    const ended = client.finished.then(() => false);
    return await Promise.race([wire.happened.then(() => true), ended, late]);
  } finally {
    clearTimeout(timer);
  }
}
