/**
 * Programs that have to respect file modes, which root ignores.
 *
 * @module
 */

import { type Skip, skipUnless } from "../skip.ts";
import type { Program } from "./program.ts";

/** Requires that a program can be started that has to respect file modes. */
export async function needsFileModes(): Promise<Skip> {
  return skipUnless(await modesCanCount(), "file modes do not bind root here");
}

async function modesCanCount(): Promise<boolean> {
  if (Deno.build.os === "windows") return false;
  const { path, args } = boundByModes({ path: "true", args: [] });
  try {
    return (await new Deno.Command(path, { args: [...args], stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** The program without the capabilities by which root ignores file modes. */
export function boundByModes(program: Program): Program {
  if (Deno.uid() !== 0) return program;
  const args = ["--bounding-set=-dac_override,-dac_read_search", program.path, ...program.args];
  return { ...program, path: "setpriv", args };
}
