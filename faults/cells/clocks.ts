/**
 * Jumps of the wall clock of a program, once or forth and back.
 *
 * @module
 */

import type { Cell } from "../cell.ts";
import type { Rule } from "../../testing/planned/plan.ts";
import { serverChanges, type Side } from "../os/planned_sides.ts";
import { strikeAt } from "../os/strike_at.ts";
import { PLANNED_WORKS } from "../os/works.ts";

const DAY_MS = 24 * 3_600_000;

const JUMPS: Readonly<Record<string, number>> = {
  "clock-forward-a-day": DAY_MS,
  "clock-back-a-day": -DAY_MS,
  "clock-forward-ten-years": 3652 * DAY_MS,
  "clock-back-ten-years": -3652 * DAY_MS,
};

const jump = (byMs: number, rule: Partial<Rule>): Rule => ({
  ...{ when: "before", deed: { kind: "clock", byMs } },
  ...rule,
});

/** The moments of the jump: any operation, or operations on content. */
const PHASES: Readonly<Record<string, (byMs: number) => readonly Rule[]>> = {
  "after-request": (byMs) => [jump(byMs, { nth: 1 })],
  "first-block": (byMs) => [jump(byMs, { ops: ["read", "write"], path: CONTENT })],
  "there-and-back": (byMs) => [
    jump(byMs, { ops: ["read", "write"], path: CONTENT }),
    jump(-byMs, { ops: ["read", "write"], path: CONTENT, nth: 2 }),
  ],
};
const CONTENT = "(f\\.bin|b/[a-z_0-9]+|\\.ft-part)$|/\\.ftserver/staging/";

/** Returns the cells of this family. */
export function clocks(): Cell[] {
  return PLANNED_WORKS.flatMap((work) =>
    Object.entries(JUMPS).flatMap(([jump, byMs]) =>
      (["client", "server"] as const).flatMap((side: Side) =>
        Object.entries(PHASES).map(([phase, rules]): Cell => ({
          ...{ dialect: "native", work: work.name, fault: `${jump}-${side}`, phase },
          ...{ rounds: 2, quick: 0, needs: ["linux"] },
          async run(round) {
            await strikeAt(round, work, { side, rules: rules(byMs), codes: [0] });
            // The clock does not jump back by itself: the next round needs a new server.
            const system = await round.system();
            if (side === "server") await system.restart(undefined, await serverChanges(system));
          },
        }))
      )
    )
  );
}
