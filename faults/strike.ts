/**
 * Injects one fault on the wire, from its preparation to the last check.
 *
 * @module
 */

import { withTimeout } from "../testing/with_timeout.ts";
import type { Round } from "./cell.ts";
import { FaultProxy } from "../testing/network/fault_proxy.ts";
import type { ConnectionFaults } from "../testing/network/faults.ts";
import type { Finished, RunningProgram } from "../testing/programs/running_program.ts";
import type { System } from "../testing/programs/system.ts";
import { tidy } from "./system.ts";
import * as verdict from "./verdict.ts";
import type { Place, Wire } from "./wire.ts";
import { clientOf, codesOf, doorOf, type Job, type Work } from "./work.ts";

/** The objects that a fault can act on. */
export interface Scene<W extends Wire> {
  readonly system: System;
  /** The connection between client and server, stopped at its place. */
  readonly wire: W;
  readonly client: RunningProgram;
}

/** A fault. */
export interface Fault<W extends Wire = Wire> {
  readonly name: string;
  /** Creates a wire that injects the fault, or stops, at a place of the first connection. */
  lay(url: string, place: () => Place): W | Promise<W>;
  /** Injects the fault if the wire only stops, and then continues or closes the wire. */
  strike?(scene: Scene<W>): Promise<void>;
  /** The permitted exit codes of the client. */
  readonly codes: readonly number[];
  /** Additional environment variables of the client. */
  readonly env?: Readonly<Record<string, string>>;
  /** A line that the server must log, if it survives. */
  readonly logs?: RegExp;
  /** Whether the server has ended and must be started again. */
  readonly endsServer?: true;
}

/** Creates a wire with faults at a place of the first connection, and none on others. */
export function faultyWire(
  url: string,
  place: () => Place,
  faults: (place: Place) => ConnectionFaults,
): Promise<FaultProxy> {
  return FaultProxy.start(url, (connection) => connection === 0 ? faults(place()) : {});
}

/** Milliseconds until a client must reach the place of the fault. */
const ARRIVAL_MS = 15_000;

/**
 * Runs a work, injects the fault, and checks the client's exit code, the content under the final
 * names, that the server works, that a second run completes, and that no other file is left.
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
  const ended = await hit(round, system, work, job, place, fault);
  verdict.exited(ended, codesOf(work, fault.codes), work.client && "the client");
  if (fault.endsServer) {
    await system.ended;
    await system.resume();
  } else if (fault.logs !== undefined) {
    await verdict.logged(system, fault.logs, before);
  }
  await job.settle?.(ended);
  await verdict.wholeUnderNames(job);
  if (ended.code === 0) await verdict.completed(job);
  await verdict.nothingButParts(system, job);
  await verdict.serves(system);
  const again = await system.client(job.args, clientOf(work, doorOf(work, system)));
  verdict.exited(again, [0], "the second client");
  await job.settle?.(again);
  await verdict.completed(job);
  await verdict.nothingElse(system, job);
}

async function hit<W extends Wire>(
  round: Round,
  system: System,
  work: Work,
  { args }: Job,
  place: () => Place,
  fault: Fault<W>,
): Promise<Finished> {
  await using wire = await fault.lay(doorOf(work, system), place);
  const { env, ...options } = clientOf(work, wire.url);
  const client = system.spawn(args, { ...options, env: { ...env, ...fault.env } });
  if (!await arrives(wire, client)) return await client.finished;
  await fault.strike?.({ system, wire, client });
  round.struck();
  return await client.finished;
}

/** Waits for the fault or the stopped wire; returns false if the client ends before. */
async function arrives(wire: Wire, client: RunningProgram): Promise<boolean> {
  const ended = client.finished.then(() => false);
  return await withTimeout(
    Promise.race([wire.happened.then(() => true), ended]),
    ARRIVAL_MS,
    () => {
      client.signal("SIGKILL");
      return false;
    },
  );
}
