/**
 * Crashes of a server at every change of the disk while it starts and cleans up after earlier crashes:
 * incomplete batches, drafts, and abandoned uploads.
 *
 * @module
 */

import { join } from "node:path";
import type { Cell, Round } from "../cell.ts";
import { type Moment, momentsOf, ruleAt } from "../os/moments.ts";
import { CHANGING, type Deed } from "../../testing/planned/plan.ts";
import { runAt, sample } from "../os/sweep.ts";
import { planned } from "../os/planned_sides.ts";
import type { System } from "../../testing/programs/system.ts";
import { tidy } from "../system.ts";
import * as verdict from "../verdict.ts";
import type { Job } from "../work.ts";
import { batchPut } from "../os/works.ts";

const DAY_MS = 24 * 3_600_000;
/** The number of moments that a full run strikes; each round chooses others. */
const MAX_MOMENTS = 100;

/** The state after a crash, which can be restored. */
interface Ruin {
  readonly system: System;
  readonly job: Job;
  /** Restores the served folder as the crash left it. */
  restore(): Promise<void>;
}

/** Crashes a server during a batch, and adds the files of other crashes. */
async function ruin(round: Round): Promise<Ruin> {
  const system = await round.system();
  const { plan } = await planned(system, "server");
  await tidy(system);
  const job = await batchPut.prepare(system, round.random);
  const half = { ops: ["link"], path: "/b/small_1\\d$", nth: 3, when: "after" } as const;
  await plan.arm([{ ...half, deed: { kind: "kill" } }]);
  verdict.exited(await system.client(job.args), [5]);
  await system.ended;
  await plan.arm([]);
  const staging = join(system.root, ".ftserver/staging");
  await Deno.writeTextFile(join(staging, ".a_draft"), "half of it");
  await Deno.writeTextFile(join(staging, "an_old_upload"), "abandoned");
  const longAgo = new Date(Date.now() - 30 * DAY_MS);
  await Deno.utime(join(staging, "an_old_upload"), longAgo, longAgo);
  // A power cut leaves such a file if its content had not reached the medium.
  await tear(join(system.root, "b/small_1"));
  const copy = `${system.root}_as_left`;
  await run("rm", "-rf", copy);
  await run("cp", "-a", system.root, copy);
  return {
    ...{ system, job },
    async restore() {
      await run("rm", "-rf", system.root);
      await run("cp", "-a", copy, system.root);
    },
  };
}

async function tear(path: string): Promise<void> {
  const { mtime } = await Deno.stat(path);
  await Deno.truncate(path, 3);
  await Deno.utime(path, mtime!, mtime!);
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
}

/** Starts the server after a crash with a fault at a moment, then without, and checks the result. */
async function startWith(round: Round, left: Ruin, moment: Moment, deed: Deed): Promise<void> {
  const { system, job } = left;
  const { plan, program } = await planned(system, "server");
  await left.restore();
  await plan.arm([ruleAt(moment, deed)]);
  const started = await system.resume({ program }).then(() => true, () => false);
  if (await plan.strikes() > 0) round.struck();
  await plan.arm([]);
  if (started) await system.stop();
  await system.resume({ program });
  const written = job.targets.filter(({ path }) => /small/.test(path));
  await verdict.completed({ ...job, targets: written });
  await verdict.serves(system);
  verdict.exited(await system.client(job.args), [0]);
  await verdict.completed(job);
  await system.stop();
  await verdict.nothingElse(system, job);
}

async function sweep(round: Round, deed: Deed, when: (moment: Moment) => boolean): Promise<void> {
  const left = await ruin(round);
  const { plan, program } = await planned(left.system, "server");
  await plan.arm([]);
  await left.system.resume({ program });
  const moments = momentsOf(await plan.ops(), () => false).filter(when);
  await left.system.stop();
  for (const moment of sample(round, moments, MAX_MOMENTS)) {
    await runAt(moment, () => startWith(round, left, moment, deed));
  }
}

const changes = ({ op }: Moment) => CHANGING.has(op.op);

/** Returns the cells of this family. */
export function startUp(): Cell[] {
  const cell = { dialect: "native", work: "batch-put", phase: "next-start" } as const;
  const more = { rounds: 1, needs: ["linux"], timeoutMs: 600_000 } as const;
  return [
    {
      ...{ ...cell, ...more, fault: "crash-server", quick: 1 },
      run: (round) => sweep(round, { kind: "kill" }, changes),
    },
    {
      ...{ ...cell, ...more, fault: "eio-server", quick: 0 },
      run: (round) => sweep(round, { kind: "fail", errno: "EIO" }, ({ when }) => when === "before"),
    },
  ];
}
