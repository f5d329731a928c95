/**
 * `ftserver` and `ftclient` from source, with what they ask of the file system in our hands.
 *
 * @module
 */

import { join } from "node:path";
import type { Program } from "../programs/program.ts";
import { readConfig, REPOSITORY } from "../repository.ts";
import { PLAN_VARIABLE } from "./plan.ts";

const here = (name: string) => new URL(name, import.meta.url).href;

/** Writes the import map under which `node:fs` is ours, but for those files that are below it. */
async function writeImportMap(at: string): Promise<void> {
  const { imports = {} } = await readConfig();
  const map = {
    imports: { ...imports, "node:fs": here("fs.ts") },
    scopes: { [here("./")]: { "node:fs": "node:fs" } },
  };
  await Deno.writeTextFile(at, JSON.stringify(map));
}

/**
 * A program that follows the plan at a path, which need not exist before the program starts.
 *
 * @param folder A place for its import map; to be kept as long as it may be started.
 * @param plan Path of the plan.
 */
export async function plannedProgram(
  name: "ftserver" | "ftclient",
  folder: string,
  plan: string,
): Promise<Program> {
  const map = join(folder, "import_map.json");
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
  // Programs carry no environment; this one is exec'd, so the process id is the program's.
  const args = [`${PLAN_VARIABLE}=${plan}`, Deno.execPath(), "run", ...flags, entry];
  return { path: "env", args };
}
