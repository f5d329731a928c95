/**
 * Cells that strike a program at all moments of a phase.
 *
 * @module
 */

import type { Cell, Round } from "../cell.ts";
import { Wrong } from "../verdict.ts";
import type { Work } from "../work.ts";
import { type Moment, momentsOf, type Phase } from "./moments.ts";
import type { Side } from "./planned_sides.ts";
import { type PlannedFault, record, strikeAt } from "./strike_at.ts";
import { movesContent, PLANNED_WORKS } from "./works.ts";

/** The maximum of moments that a full run strikes in a phase; each round chooses others. */
const MAX_MOMENTS = 24;
/** The number of moments that a quick run strikes in a phase. */
const QUICK_MOMENTS = 2;
/** Recorded runs of which a moment has to come again. */
const TRIES = 3;
/** The timeout of a round, in milliseconds. */
const TIMEOUT_MS = 300_000;

/** A fault that strikes many moments in turn. */
export interface Sweep {
  /** The name of the fault, without the side. */
  readonly fault: string;
  /** Returns whether the fault can strike in a phase. */
  reaches(phase: Phase, place: Place): boolean;
  /** Returns whether the fault can strike at a moment. */
  strikes(moment: Moment, work: Work, side: Side): boolean;
  /** Returns the fault at a moment. */
  at(moment: Moment, side: Side): PlannedFault;
  /** Whether a quick run includes it, for some works. */
  readonly quick: boolean;
}

/** The role of a side in a work. */
export interface Place {
  /** The name of the work. */
  readonly work: string;
  readonly side: Side;
  readonly way: Work["way"];
  /** Whether the side sends the content. */
  readonly isSource: boolean;
}

const SOURCE: readonly Phase[] = [
  ...["after-request", "first-block", "middle", "last-block", "before-commit"] as const,
];
const PHASES = {
  server: {
    put: [...SOURCE, "between-sync-and-rename", "between-rename-and-folder-sync", "after-commit"],
    get: SOURCE,
  },
  client: { put: SOURCE, get: [...SOURCE, "after-commit"] },
} as const satisfies Record<Side, Record<Work["way"], readonly Phase[]>>;

/** The phases of a quick run: most defects occur where a file gets its final name. */
const TELLING: readonly Phase[] = [
  ...["between-sync-and-rename", "between-rename-and-folder-sync", "after-commit"] as const,
];

/** Returns the cells of a sweep: for each work, on both sides, in each phase. */
export function sweepCells(sweep: Sweep): Cell[] {
  return PLANNED_WORKS.flatMap((work) =>
    (["server", "client"] as const).flatMap((side) =>
      phasesOf(sweep, work, side).map((phase): Cell => ({
        ...{ dialect: "native", work: work.name, fault: `${sweep.fault}-${side}`, phase },
        rounds: 1,
        quick: sweep.quick && TELLING.includes(phase) && /^(put|get)$/.test(work.name) ? 1 : 0,
        ...{ needs: ["linux"], timeoutMs: TIMEOUT_MS },
        run: (round) => run(round, sweep, work, side, phase),
      }))
    )
  );
}

function phasesOf(sweep: Sweep, { name, way }: Work, side: Side): Phase[] {
  const place = { work: name, side, way, isSource: (way === "put") === (side === "client") };
  // The rest of a resumed file has no middle.
  const all = PHASES[side][way].filter((phase) => phase !== "middle" || !name.startsWith("resume"));
  return all.filter((phase) => sweep.reaches(phase, place));
}

async function run(
  round: Round,
  sweep: Sweep,
  work: Work,
  side: Side,
  phase: Phase,
): Promise<void> {
  // The pieces in which content moves depend on the machine: a moment may be missing in the next run.
  for (let tries = 0, struck = false; !struck && tries < TRIES; tries++) {
    const all = momentsOf(await record(round, work, side), movesContent(work, side));
    const due = all.filter((moment) =>
      moment.phase === phase && !isBeside(moment) && sweep.strikes(moment, work, side)
    );
    for (const moment of sample(round, due)) {
      struck = await runAt(moment, () => strikeAt(round, work, sweep.at(moment, side))) || struck;
    }
  }
}

/** The audit log is sealed beside the work, so the client may have its answer by then. */
function isBeside({ op: { path }, phase }: Moment): boolean {
  return phase === "after-commit" && /\/audit\.seal~?$/.test(path);
}

/** Runs a strike at a moment. @returns Its result. @throws {Wrong} Names the moment. */
export async function runAt<T>(moment: Moment, strike: () => Promise<T>): Promise<T> {
  try {
    return await strike();
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    const { op: { op, path }, nth, when } = moment;
    throw new Wrong(`${when} ${op} of ${path} (${nth}): ${error.message}`);
  }
}

/** Returns a random sample of moments. */
export function sample<T>(
  { full, random }: Round,
  moments: readonly T[],
  most: number = MAX_MOMENTS,
): T[] {
  const chosen = [...moments];
  while (chosen.length > (full ? most : QUICK_MOMENTS)) {
    chosen.splice(random.below(chosen.length), 1);
  }
  return chosen;
}
