/**
 * Crashes and failures at each file operation of transfers in the older dialects: of the client when
 * it downloads, of the server when it is sent something; and sources that change under a download.
 *
 * @module
 */

import type { Finished } from "../../tools/programs.ts";
import type { Cell, Round } from "../cell.ts";
import { openPlannedRoom, type PlannedRoom } from "../older/planned_room.ts";
import { BYTES, OLDER_DIALECTS, type OlderWork, worksOf } from "../older/works.ts";
import { CHANGING, type Deed, type OpName, type Rule } from "../os/plan.ts";
import type { PlanFile } from "../os/plan_file.ts";
import { tidy } from "../room.ts";
import * as verdict from "../verdict.ts";
import { hostFor, type Job } from "../work.ts";

type Side = "client" | "server";

/** What happens at an operation. */
interface Strike {
  readonly name: string;
  readonly ops: readonly OpName[];
  readonly when: Rule["when"];
  readonly deed: Deed;
  /** The codes that the client may end with, when that side is hit. */
  readonly codes: Readonly<Record<Side, readonly number[]>>;
}

const KILLED = { client: [137], server: [0, 5] };
const STORING: readonly OpName[] = ["create", "write", "sync"];

const STRIKES: readonly Strike[] = [
  {
    ...{ name: "kill", ops: [...CHANGING], when: "before", deed: { kind: "kill" } },
    codes: KILLED,
  },
  {
    ...{ name: "kill", ops: [...CHANGING], when: "after", deed: { kind: "kill" } },
    codes: KILLED,
  },
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

/** Prepares a work in a planned room, and runs it under a rule of one side. */
async function runUnder(
  at: PlannedRoom,
  round: Round,
  work: OlderWork,
  side: Side,
  rules: readonly Rule[],
): Promise<{ readonly job: Job; readonly ended: Finished }> {
  const { room } = at;
  for (const plan of [at.client, at.server]) await plan.arm([]);
  await tidy(room);
  const job = await work.prepare(room, round.random);
  await at[side].arm(rules);
  const ended = await room.client(job.args, { env: { FTCLIENT_HOST: hostFor(work, room.url) } });
  return { job, ended };
}

/** Operations on the files of a side, of these kinds, when nothing goes wrong. */
async function count(plan: PlanFile, ops: readonly OpName[], path: string): Promise<number> {
  const wanted = new RegExp(path);
  return (await plan.ops()).filter((op) => ops.includes(op.op) && wanted.test(op.path)).length;
}

async function again(at: PlannedRoom, work: OlderWork, job: Job): Promise<void> {
  for (const plan of [at.client, at.server]) await plan.arm([]);
  const { room } = at;
  const ended = await room.client(job.args, { env: { FTCLIENT_HOST: hostFor(work, room.url) } });
  verdict.exited(ended, [0], "the second ftclient");
  await verdict.completed(job);
  await verdict.nothingElse(room, job);
}

/** Strikes at each operation in turn; in a quick run at one. */
async function sweep(round: Round, work: OlderWork, side: Side, strike: Strike): Promise<void> {
  await using at = await openPlannedRoom();
  const { room } = at;
  const { ops, when, deed } = strike;
  // A client names its files as it was told to: from where it runs.
  const path = side === "client" ? "f\\.bin" : `^${room.root}/`;
  verdict.exited((await runUnder(at, round, work, side, [])).ended, [0]);
  const places = await count(at[side], ops, path);
  const first = round.full ? 1 : Math.ceil(places / 2);
  // How many there are depends on the pieces in which content comes.
  for (let nth = first; round.full || nth === first; nth++) {
    const rule = { ops, path, nth, when, deed };
    const { job, ended } = await runUnder(at, round, work, side, [rule]);
    if (await at[side].strikes() === 0) return verdict.exited(ended, [0]);
    round.struck();
    const crashed = deed.kind !== "fail";
    verdict.exited(ended, strike.codes[side]);
    if (side === "server" && crashed) {
      await at.server.arm([]);
      await room.ended;
      await room.resume();
    }
    await verdict.wholeUnderNames(job);
    // Who uploads in `updown` hears nothing but a refusal: no answer is no promise.
    if (ended.code === 0 && work.dialect.bounded) await verdict.completed(job);
    await verdict.nothingButParts(room, job);
    await verdict.serves(room);
    await again(at, work, job);
  }
}

/** How a source changes. */
const CHANGES = ["grow", "shrink", "replaced", "removed"] as const;
/** The file was not there any more, when it was asked for. */
const NOT_FOUND = 3;

/** A source changes after each read of it in turn: what arrives is one version, or nothing. */
async function changeSource(
  round: Round,
  work: OlderWork,
  to: typeof CHANGES[number],
): Promise<void> {
  await using at = await openPlannedRoom();
  const { room } = at;
  const path = room.served("f.bin");
  const other = room.served(".other");
  const later = round.random.bytes(BYTES).map((byte) => 65 + byte % 26);
  const how = {
    grow: { to: "grow", bytes: 1000 },
    shrink: { to: "shrink", bytes: 1000 },
    replaced: { to: "replaced", by: other },
    removed: { to: "removed" },
  } as const;
  await runUnder(at, round, work, "server", []);
  const reads = await count(at.server, ["read"], `^${path}$`);
  const deed: Deed = { kind: "change", path, how: how[to] };
  for (let nth = 1; nth <= reads; nth++) {
    await Deno.writeFile(other, later);
    const rule: Rule = { ops: ["read"], path: `^${path}$`, nth, when: "after", deed };
    for (const plan of [at.client, at.server]) await plan.arm([]);
    await tidy(room);
    await Deno.writeFile(other, later);
    const job = await work.prepare(room, round.random);
    await at.server.arm([rule]);
    const env = { FTCLIENT_HOST: hostFor(work, room.url) };
    const ended = await room.client(job.args, { env });
    if (await at.server.strikes() === 0) throw new verdict.Wrong(`no read ${nth} came`);
    round.struck();
    verdict.exited(ended, [0, NOT_FOUND, 5, 6, 7]);
    await at.server.arm([]);
    const target = job.targets[0]!;
    const now = await Deno.readFile(path).catch(() => null);
    await oneVersion(target.path, [target.old, target.new, now]);
    const last = await room.client([...job.args, "--overwrite"], { env });
    verdict.exited(last, now === null ? [NOT_FOUND] : [0], "the second ftclient");
    if (now !== null) await oneVersion(target.path, [now]);
  }
}

async function oneVersion(
  path: string,
  versions: readonly (Uint8Array | null)[],
): Promise<void> {
  for (const version of versions) {
    const target = { path, old: version, new: version ?? new Uint8Array() };
    const fits = await verdict.wholeUnderNames({ args: [], targets: [target], entries: [] })
      .then(() => true, () => false);
    if (fits) return;
  }
  throw new verdict.Wrong(`${path} is no version that there was`);
}

function cell(work: OlderWork, fault: string, phase: string, run: Cell["run"]): Cell {
  const quick = work.dialect.name === "line" && work.name === "get" ? 1 : 0;
  return {
    ...{ dialect: work.dialect.name, work: work.name, fault, phase, run },
    ...{ rounds: 1, quick, needs: ["linux"], deadlineMs: 600_000 },
  };
}

/** The cells of this family. */
export function olderDisk(): Cell[] {
  const works = OLDER_DIALECTS.flatMap((dialect) => worksOf(dialect));
  const sweeps = works.flatMap((work) =>
    STRIKES.map((strike) => {
      const side = work.way === "get" ? "client" : "server";
      const phase = `${strike.when}-each-operation`;
      return cell(
        work,
        `${strike.name}-${side}`,
        phase,
        (round) => sweep(round, work, side, strike),
      );
    })
  );
  const changes = works.filter(({ way, dialect }) => way === "get" && dialect.digest)
    .flatMap((work) =>
      CHANGES.map((to) =>
        cell(work, `source-${to}`, "after-each-read", (round) => changeSource(round, work, to))
      )
    );
  return [...sweeps, ...changes];
}
