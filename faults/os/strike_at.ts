/**
 * Injects one fault into a program's file operations, from its preparation to the last check.
 *
 * @module
 */

import type { Round } from "../cell.ts";
import type { Finished } from "../../testing/programs/running_program.ts";
import type { ClientOptions } from "../../testing/programs/system.ts";
import type { System } from "../../testing/programs/system.ts";
import { tidy } from "../system.ts";
import * as verdict from "../verdict.ts";
import { clientOf, codesOf, doorOf, type Job, type Work } from "../work.ts";
import type { Op, Rule } from "../../testing/planned/plan.ts";
import { planned, serverChanges, type Side } from "./planned_sides.ts";

/** A fault of file operations, and its permitted results. */
export interface PlannedFault {
  readonly side: Side;
  readonly rules: readonly Rule[];
  /** The permitted exit codes of the client. */
  readonly codes: readonly number[];
  /** Whether the fault ends the server. */
  readonly endsServer?: boolean;
  /** A line that the server must log if the client does not end with 0. */
  readonly logs?: RegExp;
  /** Runs after the fault, for example to restore a permission. */
  after?(system: System): Promise<void>;
}

/** Runs a work without faults. @returns The operations of one side. */
export async function record(round: Round, work: Work, side: Side): Promise<Op[]> {
  const system = await round.system();
  const { plan, program } = await planned(system, side);
  await tidy(system);
  const job = await work.prepare(system, round.random);
  if (side === "server") await system.restart(undefined, { program });
  await plan.arm([]);
  const from = side === "client" ? { program } : {};
  verdict.exited(await run(system, work, job, from), [0]);
  const ops = await plan.ops();
  await settled(system, job);
  return ops;
}

/**
 * Runs a work under a plan and checks its result, and that of a second run without faults.
 *
 * @returns Whether the plan struck.
 */
export async function strikeAt(round: Round, work: Work, fault: PlannedFault): Promise<boolean> {
  const system = await round.system();
  const { plan, program } = await planned(system, fault.side);
  await tidy(system);
  const job = await work.prepare(system, round.random);
  const logged = system.log.length;
  await plan.arm(fault.rules);
  const ended = await run(system, work, job, fault.side === "client" ? { program } : {});
  const struck = await plan.strikes() > 0;
  await plan.arm([]);
  await fault.after?.(system);
  if (struck) round.struck();
  verdict.exited(ended, struck ? codesOf(work, fault.codes) : [0]);
  if (struck && fault.endsServer) {
    await system.ended;
    await system.resume({ program });
  } else if (fault.side === "server" && ended.code !== 0 && fault.logs !== undefined) {
    await verdict.logged(system, fault.logs, logged);
  }
  await verdict.wholeUnderNames(job);
  if (ended.code === 0 && work.answers !== false) await verdict.completed(job);
  await verdict.nothingButParts(system, job);
  await verdict.serves(system);
  verdict.exited(await run(system, work, job), [0], "the second client");
  await verdict.completed(job);
  await settled(system, job);
  return struck;
}

function run(
  system: System,
  work: Work,
  { args }: Job,
  from: ClientOptions = {},
): Promise<Finished> {
  return system.client(args, { ...clientOf(work, doorOf(work, system)), ...from });
}

/** Checks for left-over files; if there are any, again after a restart of the server. */
export async function settled(system: System, job: Job): Promise<void> {
  try {
    return await verdict.nothingElse(system, job);
  } catch (error) {
    if (!(error instanceof verdict.Wrong)) throw error;
  }
  await system.stop();
  await system.resume(await serverChanges(system));
  await verdict.nothingElse(system, job);
}
