/**
 * A real server and real clients whose file operations follow plans.
 *
 * @module
 */

import { PlanFile } from "./plan_file.ts";
import { plannedProgram } from "./planned_program.ts";
import { System, type SystemOptions } from "../programs/system.ts";
import { type TempDir, tempDir } from "../temp_dir.ts";
import { NEEDS_POSIX, type Skip } from "../skip.ts";

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
  const dir: TempDir = await tempDir();
  try {
    const server = await PlanFile.create(dir.path, "server");
    const client = await PlanFile.create(dir.path, "client");
    const programs = {
      server: await plannedProgram("ftserver", dir.path, server.path),
      client: await plannedProgram("ftclient", dir.path, client.path),
    };
    const system = await System.start({ ...options, programs });
    return {
      ...{ system, server, client },
      async [Symbol.asyncDispose]() {
        await using _dir = dir;
        await system[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await dir[Symbol.asyncDispose]();
    throw error;
  }
}
