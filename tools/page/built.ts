/**
 * The files of the page, made from their sources in `lib/web/page`. They are committed, so that the
 * server needs no bundler: neither when it runs from its sources nor as a package.
 *
 * @module
 */

import { join } from "node:path";
import { filesBelow } from "../../testing/files/same_files.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { runDeno } from "../compile/run_deno.ts";

const SOURCES = "lib/web/page";
const BUILT = "lib/web/built";

/** The scripts, with the entry of each. */
const SCRIPTS: Readonly<Record<string, string>> = {
  page_script: "main.tsx",
  digest_worker: "upload/digest_worker.ts",
  operator_script: "operator/main.tsx",
};

/** The styles, with the folder of each. */
const STYLES: Readonly<Record<string, string>> = {
  page_style: "style",
  operator_style: "operator/style",
};

/**
 * Builds the modules that contain the files.
 *
 * @returns Their texts by their paths in the repository.
 * @throws {DenoFailed} If the bundler fails.
 */
export async function buildPage(): Promise<ReadonlyMap<string, string>> {
  const built = new Map<string, string>();
  for (const [name, folder] of Object.entries(STYLES)) {
    built.set(`${BUILT}/${name}.ts`, asModule(await style(folder)));
  }
  for (const [name, entry] of Object.entries(SCRIPTS)) {
    built.set(`${BUILT}/${name}.ts`, asModule(await bundled(entry)));
  }
  return built;
}

async function style(from: string): Promise<string> {
  const folder = join(REPOSITORY, SOURCES, from);
  const names = (await filesBelow(folder)).sort();
  const texts = names.map((name) => Deno.readTextFile(join(folder, name)));
  return (await Promise.all(texts)).join("\n");
}

/** Bundles a script. Minified, it is a third smaller also when it is compressed. */
async function bundled(entry: string): Promise<string> {
  await using dir = await tempDir();
  const output = dir.join("out.js");
  const source = join(REPOSITORY, SOURCES, entry);
  const flags = ["--quiet", "--minify", "--platform", "browser", "--output", output];
  await runDeno(["bundle", ...flags, source]);
  return await Deno.readTextFile(output);
}

/** Wraps a file in a module. */
function asModule(text: string): string {
  const escaped = text.replaceAll(/\\|`|\$\{/g, "\\$&");
  return `/**
 * A file of the page. Made by \`deno task page\` from its sources in \`lib/web/page\`.
 *
 * @module
 */

/** Its text. */
export const TEXT = \`${escaped}\`;
`;
}
