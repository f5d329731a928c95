/**
 * Each file operation of each program fails: once, or it and all that follow.
 *
 * @module
 */

import type { Cell } from "../cell.ts";
import { ruleAt } from "../os/moments.ts";
import { type Errno, type OpName } from "../../testing/planned/plan.ts";
import { type Sweep, sweepCells } from "../os/sweep.ts";

/** What the client ends with, beside 0 where the operation can be done without, and 23. */
const CODES = { EIO: 1, ENOSPC: 9, EACCES: 4 } as const satisfies Partial<Record<Errno, number>>;
type Injected = keyof typeof CODES;

/** What needs free space. */
const GROWING = new Set<OpName>(["create", "write", "truncate", "mkdir", "link", "rename", "sync"]);
/** What needs a permission: not that which an open file is asked for. */
const PERMITTED = new Set<OpName>([
  ...["create", "open", "mkdir", "link", "rename", "remove", "list"] as const,
]);

/** Where in a work there is something to strike. */
type Reach = Sweep["reaches"];

const anywhere: Reach = (phase, { side }) => side === "client" || phase !== "after-commit";
const whereItGrows: Reach = (phase, { isSource }) => !isSource && phase !== "after-commit";
const whereItIsNamed: Reach = (phase, { isSource, side }) =>
  phase === "after-request" ||
  !isSource && (side === "client" ? /-commit$/ : /^between/).test(phase);

/** What a failing sweep has beside its rules. */
const failing = (errno: Injected) => ({
  codes: [0, CODES[errno], 23],
  logs: /result=|request\.failed|code=/,
});

const once = (errno: Injected, reaches: Reach, ops?: ReadonlySet<OpName>): Sweep => ({
  ...{ fault: errno.toLowerCase(), quick: errno === "EIO", reaches },
  // Who cannot read who it is begins another upload, and what it had begun stays for a week.
  strikes: ({ op, when }) =>
    when === "before" && !op.path.endsWith("/ft/identity") && (ops?.has(op.op) ?? true),
  at: (moment, side) => ({
    ...{ side, ...failing(errno) },
    rules: [ruleAt(moment, { kind: "fail", errno })],
  }),
});

/** The moment's operation and all such that follow it. */
const fromThen = (
  fault: string,
  errno: Injected,
  reaches: Reach,
  ops: ReadonlySet<OpName>,
): Sweep => ({
  ...{ fault, quick: false, reaches },
  strikes: ({ op, when }) => when === "before" && ops.has(op.op),
  at: (moment, side) => ({
    ...{ side, ...failing(errno) },
    rules: [{ ...ruleAt(moment, { kind: "fail", errno }), onward: [...ops] }],
  }),
});

/** The cells of this family. */
export function osErrors(): Cell[] {
  return [
    ...sweepCells(once("EIO", anywhere)),
    ...sweepCells(once("ENOSPC", whereItGrows, GROWING)),
    ...sweepCells(once("EACCES", whereItIsNamed, PERMITTED)),
    ...sweepCells(fromThen("disk-full", "ENOSPC", whereItGrows, GROWING)),
    ...sweepCells(fromThen("permission-lost", "EACCES", whereItIsNamed, PERMITTED)),
  ];
}
