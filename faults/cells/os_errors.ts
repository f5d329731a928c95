/**
 * Failures of each file operation of each program: once, or of all operations from then on.
 *
 * @module
 */

import type { Cell } from "../cell.ts";
import { ruleAt } from "../os/moments.ts";
import { type Errno, type OpName } from "../../testing/planned/plan.ts";
import { type Sweep, sweepCells } from "../os/sweep.ts";

/** The exit code of the client, besides 0 for an operation that is not essential, and 23. */
const CODES = { EIO: 1, ENOSPC: 9, EACCES: 4 } as const satisfies Partial<Record<Errno, number>>;
type Injected = keyof typeof CODES;

/** The operations that need free space. */
const GROWING = new Set<OpName>(["create", "write", "truncate", "mkdir", "link", "rename", "sync"]);
/** The operations that need a permission; those on open files do not. */
const PERMITTED = new Set<OpName>([
  ...["create", "open", "mkdir", "link", "rename", "remove", "list"] as const,
]);

/** The phases in which a fault can strike. */
type Reach = Sweep["reaches"];

const anywhere: Reach = (phase, { side }) => side === "client" || phase !== "after-commit";
const whereItGrows: Reach = (phase, { isSource, work, side }) =>
  !isSource && phase !== "after-commit" &&
  // The staged file is there already.
  !(phase === "after-request" && work === "resume-put" && side === "server");
const whereItIsNamed: Reach = (phase, { isSource, side, work }) =>
  phase === "after-request" ||
  !isSource && (side === "client" ? /-commit$/ : /^between/).test(phase) &&
    // A rename leaves no second name to remove.
    !(phase === "between-rename-and-folder-sync" && /^overwrite-(batch-)?put$/.test(work));

/** The permitted results of a failure. */
const failing = (errno: Injected) => ({
  codes: [0, CODES[errno], 23],
  logs: /result=|request\.failed|code=/,
});

const once = (errno: Injected, reaches: Reach, ops?: ReadonlySet<OpName>): Sweep => ({
  ...{ fault: errno.toLowerCase(), quick: errno === "EIO", reaches },
  // A client that cannot read its identity starts another upload; the first one stays for a week.
  strikes: ({ op, when }) =>
    when === "before" && !op.path.endsWith("/ft/identity") && (ops?.has(op.op) ?? true),
  at: (moment, side) => ({
    ...{ side, ...failing(errno) },
    rules: [ruleAt(moment, { kind: "fail", errno })],
  }),
});

/** Fails the operation of a moment and all later ones. */
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

/** Returns the cells of this family. */
export function osErrors(): Cell[] {
  return [
    ...sweepCells(once("EIO", anywhere)),
    ...sweepCells(once("ENOSPC", whereItGrows, GROWING)),
    ...sweepCells(once("EACCES", whereItIsNamed, PERMITTED)),
    ...sweepCells(fromThen("disk-full", "ENOSPC", whereItGrows, GROWING)),
    ...sweepCells(fromThen("permission-lost", "EACCES", whereItIsNamed, PERMITTED)),
  ];
}
