/**
 * Crashes and failures at each file operation of a work.
 *
 * @module
 */

import { CHANGING, type Deed, type OpName, type Rule } from "../../testing/planned/plan.ts";
import type { Round } from "../cell.ts";
import type { Work } from "../work.ts";
import type { Side } from "./planned_sides.ts";
import { record, strikeAt } from "./strike_at.ts";

/** The faults at an operation. */
export interface DiskStrike {
  readonly name: string;
  readonly ops: readonly OpName[];
  readonly when: Rule["when"];
  readonly deed: Deed;
  /** The permitted exit codes of the client, by the struck side. */
  readonly codes: Readonly<Record<Side, readonly number[]>>;
}

const KILLED = { client: [137], server: [0, 5] };
const STORING: readonly OpName[] = ["create", "write", "sync"];

/** Crashes before and after each change of the disk, torn writes, and full disks. */
export const DISK_STRIKES: readonly DiskStrike[] = [
  ...(["before", "after"] as const).map((when): DiskStrike => ({
    ...{ name: "crash", ops: [...CHANGING], when, deed: { kind: "kill" } },
    codes: KILLED,
  })),
  {
    ...{ name: "torn-write", ops: ["write"], when: "before", deed: { kind: "torn" } },
    codes: KILLED,
  },
  {
    ...{ name: "disk-full", ops: STORING, when: "before" },
    deed: { kind: "fail", errno: "ENOSPC" },
    codes: { client: [9], server: [9] },
  },
];

/** Strikes each operation in turn; one in a quick run. */
export async function strikeEach(
  round: Round,
  work: Work,
  side: Side,
  strike: DiskStrike,
): Promise<void> {
  const { ops, when, deed, codes } = strike;
  // The paths of a client are relative to its working folder.
  const path = side === "client" ? "f\\.bin" : `^${(await round.system()).root}/`;
  const wanted = new RegExp(path);
  const all = (await record(round, work, side))
    .filter((op) => ops.includes(op.op) && wanted.test(op.path));
  const endsServer = side === "server" && deed.kind !== "fail";
  // The number of operations depends on the pieces in which content arrives.
  for (let nth = round.full ? 1 : Math.ceil(all.length / 2);; nth++) {
    const rules = [{ ops, path, nth, when, deed }];
    const struck = await strikeAt(round, work, { side, rules, codes: codes[side], endsServer });
    if (!struck || !round.full) return;
  }
}
