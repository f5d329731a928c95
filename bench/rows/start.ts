/**
 * The start time of the client.
 *
 * @module
 */

import type { Bench, Outcome, Row } from "../bench.ts";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { runClient } from "../bench.ts";
import { type Contender, runPaired } from "../paired.ts";
import { againstRivals } from "../report.ts";

/** A start is short and its time noisy, so it is measured more often. */
const TIMES_MORE = 3;

/** Compares with the runtime alone. */
export const start: Row = {
  name: "start",
  async measure(bench: Bench): Promise<Outcome[]> {
    const contenders: Contender[] = [
      { name: "ftclient", run: () => runClient(bench, "--version") },
      {
        name: "deno eval 0",
        run: () => runSuccessfully({ path: Deno.execPath(), args: ["eval", "0"] }, []),
      },
    ];
    const timings = await runPaired(contenders, TIMES_MORE * bench.runs, bench.say);
    return againstRivals("start, --version", contenders, timings, [{ bar: 2 }]);
  },
};
