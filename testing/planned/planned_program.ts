/**
 * `ftserver` and `ftclient` from source, with file operations that follow a plan.
 *
 * @module
 */

import { join } from "node:path";
import type { Program } from "../programs/program.ts";
import { readConfig, REPOSITORY } from "../repository.ts";
import { PLAN_VARIABLE } from "./plan.ts";
import { PlanFile } from "./plan_file.ts";

const here = (name: string) => new URL(name, import.meta.url).href;

/** Writes an import map that replaces `node:fs`, except in the files that replace it. */
async function writeImportMap(at: string): Promise<void> {
  const { imports = {} } = await readConfig();
  const map = {
    imports: { ...imports, "node:fs": here("fs.ts") },
    scopes: { [here("./")]: { "node:fs": "node:fs" } },
  };
  await Deno.writeTextFile(at, JSON.stringify(map));
}

/** A program, and the plan that it follows. */
export interface PlannedProgram {
  readonly plan: PlanFile;
  readonly program: Program;
}

/**
 * Returns a program that follows a plan without rules.
 *
 * @param folder A folder for the plan and the import map, kept as long as the program may start.
 */
export async function plannedProgram(
  name: "ftserver" | "ftclient",
  folder: string,
): Promise<PlannedProgram> {
  const plan = await PlanFile.create(folder, name);
  const map = join(folder, `${name}.import_map.json`);
  await writeImportMap(map);
  const entry = join(REPOSITORY, name === "ftserver" ? "server.ts" : "client.ts");
  const flags = [
    "--allow-all",
    "--no-prompt",
    "--import-map",
    map,
    "--preload",
    here("preload.ts"),
  ];
  // `env` replaces itself with the program, so the process id is the program's.
  const args = [`${PLAN_VARIABLE}=${plan.path}`, Deno.execPath(), "run", ...flags, entry];
  return { plan, program: { path: "env", args } };
}
