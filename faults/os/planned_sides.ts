/**
 * Systems whose server or client follows a plan.
 *
 * @module
 */

import { dirname, join } from "node:path";
import type { Program } from "../../testing/programs/program.ts";
import type { System } from "../../testing/programs/system.ts";
import { type PlannedProgram, plannedProgram } from "../../testing/planned/planned_program.ts";

/** A side of the connection. */
export type Side = "client" | "server";

const known = new WeakMap<System, Partial<Record<Side, Promise<PlannedProgram>>>>();

/** Returns the planned program of a system. A planned server replaces the running one. */
export function planned(system: System, side: Side): Promise<PlannedProgram> {
  const sides = known.get(system) ?? {};
  known.set(system, sides);
  return sides[side] ??= make(system, side);
}

async function make(system: System, side: Side): Promise<PlannedProgram> {
  const folder = join(dirname(system.state), `plans_${side}`);
  await Deno.mkdir(folder);
  const planned = await plannedProgram(`ft${side}`, folder);
  if (side === "server") await system.restart(undefined, { program: planned.program });
  return planned;
}

/** Returns the changes with which the server of a system must be started again. */
export async function serverChanges(system: System): Promise<{ readonly program?: Program }> {
  const program = (await known.get(system)?.server)?.program;
  return program === undefined ? {} : { program };
}
