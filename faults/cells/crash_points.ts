/**
 * Crashes of each program before and after every change of the disk and every block that it reads, also
 * those that a resumed transfer reads back.
 *
 * @module
 */

import type { Cell } from "../cell.ts";
import { type Phase, ruleAt } from "../os/moments.ts";
import { CHANGING } from "../../testing/planned/plan.ts";
import { sweepCells } from "../os/sweep.ts";
import { movesContent, readsBack } from "../os/works.ts";

/** The phases in which content is read or written. */
const MOVING: readonly Phase[] = ["first-block", "middle", "last-block"];

/** Returns the cells of this family. */
export function crashPoints(): Cell[] {
  return [
    ...sweepCells({
      fault: "crash",
      quick: true,
      reaches: (phase, { isSource }) => !isSource || MOVING.includes(phase),
      strikes: ({ op }, work, side) =>
        CHANGING.has(op.op) || readsBack(op) || movesContent(work, side)(op),
      at: (moment, side) => ({
        ...{ side, codes: [side === "client" ? 137 : 5], endsServer: side === "server" },
        rules: [ruleAt(moment, { kind: "kill" })],
      }),
    }),
    ...sweepCells({
      fault: "torn-write",
      quick: false,
      reaches: (phase, { isSource }) => !isSource && MOVING.includes(phase),
      strikes: ({ op, when }) => op.op === "write" && when === "before",
      at: (moment, side) => ({
        ...{ side, codes: [side === "client" ? 137 : 5], endsServer: side === "server" },
        rules: [ruleAt(moment, { kind: "torn" })],
      }),
    }),
  ];
}
