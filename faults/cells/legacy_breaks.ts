/**
 * Signals to client and server, and failing connections, in every phase of the legacy dialects.
 *
 * Faults that a dialect cannot detect have no cell: `updown` ends content with the connection, so that
 * an interrupted download, or an upload of a killed or silent client, looks complete.
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

/** Faults of a download that an `updown` client can detect. */
const DETECTED_BY_UPDOWN = ["kill-client", "int-client", "reset", "freeze", "silent-sender"];

/** Faults after which a client continues by itself; over `oneshot` it only connects again. */
const RETRIED = ["cut-and-retry", "restart-server"];

/** Whether a work has the phase, and can detect the fault in it. */
function detectable({ name }: Fault<Wire>, phase: LegacyPhase, work: LegacyWork): boolean {
  if (name === "silent-receiver") return false;
  if (work.dialect.name === "oneshot" && RETRIED.includes(name)) return false;
  // An existing target matters only when content arrives.
  if (work.name.startsWith("overwrite") && !phase.name.endsWith("data")) return false;
  const { way, dialect } = work;
  if (way === "put" && phase.name === "in-header" && !dialect.bounded) return false;
  if (dialect.bounded) return true;
  if (way === "put") return name === "int-server" && phase.name === "middle";
  return DETECTED_BY_UPDOWN.includes(name);
}

/** Returns the cells of this family. */
export function legacyBreaks(): Cell[] {
  const works = LEGACY_DIALECTS.flatMap((dialect) => worksOf(dialect));
  const breaks = works.flatMap((work) =>
    LEGACY_PHASES.flatMap((phase) =>
      FAULTS.filter((fault) => detectable(fault, phase, work)).map((fault): Cell => ({
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
