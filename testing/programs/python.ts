/**
 * Python programs beside a test.
 *
 * @module
 */

import { join } from "node:path";
import { REPOSITORY } from "../repository.ts";
import { needsProgram, type Skip } from "../skip.ts";
import { RunningProgram } from "./running_program.ts";

/** Requires Python. */
export const NEEDS_PYTHON: Skip = await needsProgram("python3", "--version");

/** Starts a program of `tests/interop/`. */
export function startPython(file: string, ...args: string[]): RunningProgram {
  const path = join(REPOSITORY, "tests/interop", file);
  return RunningProgram.start({ path: "python3", args: [path] }, args);
}

/** Starts a program that occupies a core. */
export function busyLoop(): RunningProgram {
  return RunningProgram.start({ path: "python3", args: ["-c", "while True: pass"] }, []);
}
