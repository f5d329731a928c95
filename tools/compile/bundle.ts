/**
 * Bundles both programs, their workers and the npm packages they use, as JavaScript in one folder.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { REPOSITORY } from "../../testing/repository.ts";
import { filesBelow } from "../../testing/files/same_files.ts";
import { type Beside, bundledPath, findBeside, readdress } from "./beside.ts";
import type { Group } from "./chunk_groups.ts";
import { mergeChunks } from "./merge_chunks.ts";
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
  const from = `${folder}-parts`;
  const flags = ["--platform", "deno", "--code-splitting", "--outdir", from];
  await runDeno(["bundle", ...flags, ...entries.map((entry) => join(REPOSITORY, entry))]);
  for (const file of entries) {
    const entry = file.replace(/\.ts$/, "");
    const stages = entry === PROGRAMS.ftclient ? CLIENT_STAGES : [];
    const rewrite = (file: string, text: string) => readdress(file, text, beside);
    await mergeChunks({ from, to: folder, entry, stages, rewrite });
  }
  await copyPlain(beside.filter((file) => !file.code), folder);
  const files = (await filesBelow(folder)).filter((name) => !name.endsWith("/"));
  return { folder, files, addressed: beside.map(bundledPath) };
}

/** The commands of `ftclient` for whose start users wait, in the order in which they load modules. */
const CLIENT_STAGES: readonly (readonly Group[])[] = [
  [["client_identity", "endpoints", "known_hosts", "pin", "first_server"]],
  [["open_remote"]],
  [["get", "get_files"], ["put"]],
  [["get_batch", "get_plan"], ["put_files"]],
  // These load modules of Node, which takes as long as all that is above.
  [
    ["download", "small_file_download", "equal_downloads"],
    ["upload", "small_file_upload", "equal_uploads", "staged_ahead"],
  ],
];

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
