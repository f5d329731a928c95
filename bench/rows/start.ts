/**
 * The start time of the client.
 *
 * @module
 */

import type { Bench, Outcome, Row } from "../bench.ts";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { runClient } from "../bench.ts";
import { compare } from "../compare.ts";

/** A start is short and its time noisy, so it is measured more often. */
const TIMES_MORE = 3;

/** Compares with the runtime alone. */
export const start: Row = {
  name: "start",
  measure(bench: Bench): Promise<Outcome[]> {
    const ours = { name: "ftclient", run: () => runClient(bench, "--version") };
    const name = "deno eval 0";
    const runtime = { path: Deno.execPath(), args: ["eval", "0"] };
    const contender = { name, run: () => runSuccessfully(runtime, []) };
    const often = { ...bench, runs: TIMES_MORE * bench.runs };
    return compare(often, "start, --version", ours, [{ name, contender, bar: 2 }]);
  },
};
