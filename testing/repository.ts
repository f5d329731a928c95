/**
 * The folder of this repository, and its `deno.json`.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this repository, without a trailing slash. */
export const REPOSITORY: string = fileURLToPath(new URL("../", import.meta.url)).replace(
  /[/\\]$/,
  "",
);

/** The fields of `deno.json` that tests and tools read. */
export interface DenoConfig {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly imports: Readonly<Record<string, string>>;
  readonly tasks?: Readonly<Record<string, string | { readonly command: string }>>;
  /** The unstable features that are turned on. */
  readonly unstable?: readonly string[];
}

/** Reads `deno.json`, whose comments have lines of their own. */
export async function readConfig(): Promise<DenoConfig> {
  const text = await Deno.readTextFile(join(REPOSITORY, "deno.json"));
  return JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, ""));
}
