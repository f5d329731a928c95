/**
 * A room whose programs follow plans.
 *
 * @module
 */

import { dirname, join } from "node:path";
import type { Program } from "../../testing/programs/program.ts";
import type { Room } from "../room.ts";
import { type PlannedProgram, plannedProgram } from "../../testing/planned/planned_program.ts";

/** Which program is meant. */
export type Side = "client" | "server";

const known = new WeakMap<Room, Partial<Record<Side, Promise<PlannedProgram>>>>();

/** The planned program of a room. A planned server takes the place of the one that runs. */
export function planned(room: Room, side: Side): Promise<PlannedProgram> {
  const sides = known.get(room) ?? {};
  known.set(room, sides);
  return sides[side] ??= make(room, side);
}

async function make(room: Room, side: Side): Promise<PlannedProgram> {
  const folder = join(dirname(room.state), `plans_${side}`);
  await Deno.mkdir(folder);
  const planned = await plannedProgram(`ft${side}`, folder);
  if (side === "server") await room.restart(undefined, { program: planned.program });
  return planned;
}

/** With which program a room's server is to be started again. */
export async function serverChanges(room: Room): Promise<{ readonly program?: Program }> {
  const program = (await known.get(room)?.server)?.program;
  return program === undefined ? {} : { program };
}
