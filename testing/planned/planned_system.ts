/**
 * A real server and real clients whose file operations follow plans.
 *
 * @module
 */

import { System, type SystemOptions } from "../programs/system.ts";
import { NEEDS_POSIX, type Skip } from "../skip.ts";
import { tempDir } from "../temp_dir.ts";
import type { PlanFile } from "./plan_file.ts";
import { plannedProgram } from "./planned_program.ts";

/** Requires planned programs, which are started through `env`. */
export const NEEDS_PLANS: Skip = NEEDS_POSIX;

/** A system and its plans. */
export interface PlannedSystem extends AsyncDisposable {
  readonly system: System;
  readonly server: PlanFile;
  readonly client: PlanFile;
}

/** Starts a planned server; {@linkcode System.client} runs planned clients. */
export async function plannedSystem(options: SystemOptions = {}): Promise<PlannedSystem> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const server = await plannedProgram("ftserver", dir.path);
  const client = await plannedProgram("ftclient", dir.path);
  const programs = { server: server.program, client: client.program };
  const system = stack.use(await System.start({ ...options, programs }));
  const owned = stack.move();
  return {
    ...{ system, server: server.plan, client: client.plan },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
