/**
 * Signals to `curl` and to the server, and failing connections, in every phase of downloads and
 * uploads over HTTP.
 *
 * @module
 */

import type { Cell } from "../cell.ts";
import { HTTP_PHASES, HTTP_WORKS, type HttpPhase, WEB_SYSTEM } from "../http/works.ts";
import { type Fault, strike } from "../strike.ts";
import type { Wire } from "../wire.ts";
import type { Work } from "../work.ts";
import { SIGNALS } from "./native_signals.ts";
import { BREAKS, slownessOf } from "./native_wire.ts";

/** `curl` does not continue by itself, so these would only repeat others. */
const CONTINUED = ["restart-server", "cut-and-retry"];
const FAULTS = ([...SIGNALS, ...BREAKS] as readonly Fault<Wire>[])
  .filter(({ name }) => !CONTINUED.includes(name))
  // A server that is stopping answers a request that arrives late.
  .map((fault) => fault.name === "int-server" ? { ...fault, codes: [...fault.codes, 8] } : fault);

/** Whether a fault can be noticed in a phase: the receiver of content sends hardly any bytes. */
function detectable({ name }: Fault<Wire>, phase: HttpPhase, { way }: Work): boolean {
  return name !== "silent-receiver" || (way === "put" && phase.name !== "after-commit");
}

/** The cells of a quick run. */
const QUICK = ["get/kill-server", "put/kill-server", "put/kill-client", "put/cut"];

/** Returns the cells of this family. */
export function httpBreaks(): Cell[] {
  const breaks = HTTP_WORKS.flatMap((work) =>
    HTTP_PHASES.filter((phase) => phase.in(work)).flatMap((phase) =>
      FAULTS.filter((fault) => detectable(fault, phase, work)).map((fault): Cell => ({
        ...{ dialect: "http", work: work.name, fault: fault.name, phase: phase.name },
        ...{ rounds: 2, needs: ["curl"], system: WEB_SYSTEM },
        quick: phase.name === "middle" && QUICK.includes(`${work.name}/${fault.name}`) ? 1 : 0,
        run: (round) => strike(round, work, () => phase.place(work), fault),
      }))
    )
  );
  const slow = HTTP_WORKS.flatMap((work) => slownessOf("http", work));
  return [
    ...breaks,
    ...slow.map((cell): Cell => ({ ...cell, needs: ["curl"], system: WEB_SYSTEM })),
  ];
}
