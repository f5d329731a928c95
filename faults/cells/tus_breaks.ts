/**
 * Resumable uploads over HTTP: signals, failing connections, and crashes and failures at each file
 * operation of the server.
 *
 * @module
 */

import type { Cell } from "../cell.ts";
import { TUS_PHASES, TUS_WORKS } from "../http/tus_works.ts";
import { WEB_SYSTEM } from "../http/works.ts";
import { DISK_STRIKES, strikeEach } from "../os/each_operation.ts";
import { type Fault, strike } from "../strike.ts";
import type { Wire } from "../wire.ts";
import { SIGNALS } from "./native_signals.ts";
import { BREAKS, slownessOf } from "./native_wire.ts";

/** The server would get another port for HTTP. */
const FAULTS = ([...SIGNALS, ...BREAKS] as readonly Fault<Wire>[])
  .filter(({ name }) => name !== "restart-server");

/** The cells of a quick run. */
const QUICK = ["resume-tus/kill-server", "resume-tus/cut-and-retry", "put-tus/kill-client"];

/** Returns the cells of this family. */
export function tusBreaks(): Cell[] {
  const breaks = TUS_WORKS.flatMap((work) =>
    TUS_PHASES.flatMap((phase) =>
      FAULTS.filter(({ name }) => name !== "silent-receiver" || phase.name !== "after-commit")
        .map((fault): Cell => ({
          ...{ dialect: "http", work: work.name, fault: fault.name, phase: phase.name },
          ...{ rounds: 2, system: WEB_SYSTEM },
          quick: phase.name === "middle" && QUICK.includes(`${work.name}/${fault.name}`) ? 1 : 0,
          run: (round) => strike(round, work, () => phase.place(work), fault),
        }))
    )
  );
  const disk = TUS_WORKS.flatMap((work) =>
    DISK_STRIKES.map((fault): Cell => ({
      ...{ dialect: "http", work: work.name, fault: `${fault.name}-server`, system: WEB_SYSTEM },
      phase: `${fault.when}-each-operation`,
      ...{ rounds: 1, quick: 0, needs: ["linux"], timeoutMs: 600_000 },
      run: (round) => strikeEach(round, work, "server", fault),
    }))
  );
  const slow = TUS_WORKS.flatMap((work) => slownessOf("http", work));
  return [...breaks, ...disk, ...slow.map((cell): Cell => ({ ...cell, system: WEB_SYSTEM }))];
}
