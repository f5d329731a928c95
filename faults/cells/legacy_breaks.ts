/**
 * Signals to client and server, and a wire that fails, in every phase of the older dialects.
 *
 * What a dialect cannot tell is no cell: `updown` ends content with the connection, so that there a
 * download that is cut, and an upload whose client is killed or falls silent, looks like a whole one.
 *
 * @module
 */

import type { Cell } from "../cell.ts";
import {
  LEGACY_DIALECTS,
  LEGACY_PHASES,
  type LegacyPhase,
  type LegacyWork,
  worksOf,
} from "../legacy/works.ts";
import { type Fault, strike } from "../strike.ts";
import type { Wire } from "../wire.ts";
import { SIGNALS } from "./native_signals.ts";
import { BREAKS, slownessOf } from "./native_wire.ts";

const FAULTS = [...SIGNALS, ...BREAKS] as readonly Fault<Wire>[];

/** Faults of a download after which an `updown` client knows that something is missing. */
const TOLD_BY_UPDOWN = ["kill-client", "int-client", "reset", "freeze", "silent-sender"];

/** Faults after which a client goes on by itself: over `oneshot` it only connects again. */
const RETRIED = ["cut-and-retry", "restart-server"];

/** Whether a work has the phase, and the fault can be told in it. */
function tells({ name }: Fault<Wire>, phase: LegacyPhase, work: LegacyWork): boolean {
  if (name === "silent-receiver") return false;
  if (work.dialect.name === "oneshot" && RETRIED.includes(name)) return false;
  // What is there already makes a difference only once content comes.
  if (work.name.startsWith("overwrite") && !phase.name.endsWith("data")) return false;
  const { way, dialect } = work;
  if (way === "put" && phase.name === "in-header" && !dialect.bounded) return false;
  if (dialect.bounded) return true;
  if (way === "put") return name === "int-server" && phase.name === "middle";
  return TOLD_BY_UPDOWN.includes(name);
}

/** The cells of this family. */
export function legacyBreaks(): Cell[] {
  const works = LEGACY_DIALECTS.flatMap((dialect) => worksOf(dialect));
  const breaks = works.flatMap((work) =>
    LEGACY_PHASES.flatMap((phase) =>
      FAULTS.filter((fault) => tells(fault, phase, work)).map((fault): Cell => ({
        ...{ dialect: work.dialect.name, work: work.name, fault: fault.name, phase: phase.name },
        rounds: 2,
        quick: work.name === "get" && fault.name === "kill-server" && phase.name === "middle"
          ? 1
          : 0,
        run: (round) => strike(round, work, () => phase.place(work), fault),
      }))
    )
  );
  return [...breaks, ...works.flatMap((work) => slownessOf(work.dialect.name, work))];
}
