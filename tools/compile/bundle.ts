/**
 * Bundles both programs, their workers and the npm packages they use, as JavaScript in one folder.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { REPOSITORY } from "../../testing/repository.ts";
import { filesBelow } from "../../testing/files/same_files.ts";
import { type Beside, bundledPath, findBeside, readdress } from "./beside.ts";
import { runDeno } from "./run_deno.ts";
import { PROGRAMS } from "./targets.ts";

/** A bundle. */
export interface Bundle {
  /** Its folder. */
  readonly folder: string;
  /** The paths of its files relative to the folder, sorted. */
  readonly files: readonly string[];
  /** The files that are referred to by URL and not imported: workers and data files. */
  readonly addressed: readonly string[];
}

/**
 * Creates the bundle.
 *
 * @param folder The target folder, which must not exist yet.
 * @throws {Error} If the bundler fails, or a module refers to a file that is not bundled.
 */
export async function makeBundle(folder: string): Promise<Bundle> {
  const beside = findBeside(await ownSources());
  const code = beside.filter((file) => file.code).map((file) => file.path);
  const entries = [...Object.values(PROGRAMS).map((entry) => `${entry}.ts`), ...code];
  const flags = ["--platform", "deno", "--code-splitting", "--outdir", folder];
  await runDeno(["bundle", ...flags, ...entries.map((entry) => join(REPOSITORY, entry))]);
  await copyPlain(beside.filter((file) => !file.code), folder);
  const files = (await filesBelow(folder)).filter((name) => !name.endsWith("/"));
  for (const file of files.filter((name) => name.endsWith(".js"))) {
    const path = join(folder, file);
    await Deno.writeTextFile(path, readdress(file, await Deno.readTextFile(path), beside));
  }
  return { folder, files, addressed: beside.map(bundledPath) };
}

async function copyPlain(plain: readonly Beside[], folder: string): Promise<void> {
  for (const { path } of plain) {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await Deno.copyFile(join(REPOSITORY, path), join(folder, path));
  }
}

/** Reads the sources of the programs. */
async function ownSources(): Promise<Map<string, string>> {
  const names = (await filesBelow(join(REPOSITORY, "lib"), "lib/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
  const pairs = names.map(async (name) =>
    [name, await Deno.readTextFile(join(REPOSITORY, name))] as const
  );
  return new Map(await Promise.all(pairs));
}
