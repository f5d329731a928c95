/**
 * One fault in a program's file operations, from its preparation to the last verdict.
 *
 * @module
 */

import type { Round } from "../cell.ts";
import type { Finished } from "../../testing/programs/running_program.ts";
import type { ClientOptions } from "../../testing/programs/system.ts";
import { type Room, tidy } from "../room.ts";
import * as verdict from "../verdict.ts";
import { hostFor, type Job, type Work } from "../work.ts";
import type { Op, Rule } from "../../testing/planned/plan.ts";
import { planned, serverChanges, type Side } from "./planned_room.ts";

/** What goes wrong, and what may come of it. */
export interface PlannedFault {
  readonly side: Side;
  readonly rules: readonly Rule[];
  /** The codes that the client may end with. */
  readonly codes: readonly number[];
  /** Whether the server ends. */
  readonly endsServer?: boolean;
  /** What the server logs when the client ends with another code than 0. */
  readonly logs?: RegExp;
  /** Done when the program was struck, as giving back what was taken away. */
  after?(room: Room): Promise<void>;
}

/** Runs a work without a fault. @returns The operations of one side. */
export async function record(round: Round, work: Work, side: Side): Promise<Op[]> {
  const room = await round.room();
  const { plan, program } = await planned(room, side);
  await tidy(room);
  const job = await work.prepare(room, round.random);
  if (side === "server") await room.restart(undefined, { program });
  await plan.arm([]);
  const from = side === "client" ? { program } : {};
  verdict.exited(await run(room, work, job, from), [0]);
  const ops = await plan.ops();
  await settled(room, job);
  return ops;
}

/**
 * Does a work under a plan and looks at what is left, as the second run leaves it too.
 *
 * @returns Whether the plan struck.
 */
export async function strikeAt(round: Round, work: Work, fault: PlannedFault): Promise<boolean> {
  const room = await round.room();
  const { plan, program } = await planned(room, fault.side);
  await tidy(room);
  const job = await work.prepare(room, round.random);
  const logged = room.log.length;
  await plan.arm(fault.rules);
  const ended = await run(room, work, job, fault.side === "client" ? { program } : {});
  const struck = await plan.strikes() > 0;
  await plan.arm([]);
  await fault.after?.(room);
  if (struck) round.struck();
  verdict.exited(ended, struck ? fault.codes : [0]);
  if (struck && fault.endsServer) {
    await room.ended;
    await room.resume({ program });
  } else if (fault.side === "server" && ended.code !== 0 && fault.logs !== undefined) {
    await verdict.logged(room, fault.logs, logged);
  }
  await verdict.wholeUnderNames(job);
  if (ended.code === 0 && work.answers !== false) await verdict.completed(job);
  await verdict.nothingButParts(room, job);
  await verdict.serves(room);
  verdict.exited(await run(room, work, job), [0], "the second ftclient");
  await verdict.completed(job);
  await settled(room, job);
  return struck;
}

function run(room: Room, work: Work, { args }: Job, from: ClientOptions = {}): Promise<Finished> {
  return room.client(args, { ...from, env: { FTCLIENT_HOST: hostFor(work, room.url) } });
}

/** Looks for what is left over, after the next start of the server where there is something now. */
export async function settled(room: Room, job: Job): Promise<void> {
  try {
    return await verdict.nothingElse(room, job);
  } catch (error) {
    if (!(error instanceof verdict.Wrong)) throw error;
  }
  await room.stop();
  await room.resume(await serverChanges(room));
  await verdict.nothingElse(room, job);
}
