/**
 * Python programs beside a test.
 *
 * @module
 */

import { join } from "node:path";
import { REPOSITORY } from "../repository.ts";
import { RunningProgram } from "./running_program.ts";

/** Whether `python3` is installed. */
export const HAS_PYTHON: boolean = await new Deno.Command("python3", { args: ["--version"] })
  .output().then(({ success }) => success, () => false);

/** Starts a program of `tests/interop/`. */
export function startPython(file: string, ...args: string[]): RunningProgram {
  const path = join(REPOSITORY, "tests/interop", file);
  return RunningProgram.start({ path: "python3", args: [path] }, args);
}

/** Starts a program that occupies a core. */
export function busyLoop(): RunningProgram {
  return RunningProgram.start({ path: "python3", args: ["-c", "while True: pass"] }, []);
}
