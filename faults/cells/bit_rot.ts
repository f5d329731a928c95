/**
 * Bits that flip on the disk: in what was moved before a resume, and in what is served.
 *
 * @module
 */

import { join } from "node:path";
import type { Cell, Round } from "../cell.ts";
import { BYTES, NATIVE_WORKS } from "../native/works.ts";
import { flip } from "../../testing/planned/change.ts";
import { settled } from "../os/strike_at.ts";
import { PLANNED_WORKS } from "../os/works.ts";
import { type Room, tidy } from "../room.ts";
import * as verdict from "../verdict.ts";
import type { Work } from "../work.ts";

/** Bits that are flipped in one round. */
const FLIPS = 4;
/** Times a rotten file is made until no second of the clock ended meanwhile. */
const ATTEMPTS = 5;

/** Flips bits of the part or staged file that a first run left, and goes on. */
async function inPart(round: Round, work: Work): Promise<void> {
  const room = await round.room();
  await tidy(room);
  const job = await work.prepare(room, round.random);
  const part = work.way === "get" ? room.at(".f.bin.ft-part") : stagedPath(room);
  const { size } = await Deno.stat(part);
  for (let i = 0; i < FLIPS; i++) flip(part, round.random.below(size));
  round.struck(FLIPS);
  verdict.exited(await room.client(job.args), [0]);
  await verdict.completed(job);
  await verdict.serves(room);
  await settled(room, job);
}

function stagedPath(room: Room): string {
  const staging = join(room.root, ".ftserver/staging");
  const [{ name } = { name: "" }] = [...Deno.readDirSync(staging)];
  return join(staging, name);
}

const put = NATIVE_WORKS.find(({ name }) => name === "put")!;

/**
 * Flips a bit of a served file whose digests are known. A disk does that without a change of time,
 * so it is only a test when size, time and second of change are as they were.
 */
async function inServed(round: Round): Promise<void> {
  const room = await round.room();
  for (let attempt = 0;; attempt++) {
    await tidy(room);
    const job = await put.prepare(room, round.random);
    verdict.exited(await room.client(job.args), [0]);
    const [target] = job.targets;
    const before = await Deno.stat(target!.path);
    const at = round.random.below(BYTES);
    flip(target!.path, at);
    await Deno.utime(target!.path, before.mtime!, before.mtime!);
    const after = await Deno.stat(target!.path);
    if (before.ctime?.getTime() !== after.ctime?.getTime()) {
      if (attempt === ATTEMPTS) throw new Error("the clock ran too fast");
      continue;
    }
    round.struck();
    const got = await room.client(["get", "f.bin", "-o", "got"]);
    verdict.exited(got, [6]);
    const block = `block ${Math.floor(at / 1024 / 1024)} `;
    if (!got.stderr.includes(block)) throw new verdict.Wrong(`${block}is not named: ${got.stderr}`);
    const nothing = { path: room.at("got"), old: null, new: target!.new };
    await verdict.wholeUnderNames({ ...job, targets: [nothing] });
    if (await Deno.stat(nothing.path).then(() => true, () => false)) {
      throw new verdict.Wrong("rotten content got its name");
    }
    // Who has the content mends it; by its digests it would be there already.
    verdict.exited(await room.client(["rm", "f.bin"]), [0]);
    verdict.exited(await room.client(["put", "f.bin"]), [0]);
    verdict.exited(await room.client(["get", "f.bin", "-o", "got"]), [0]);
    await verdict.completed({ ...job, targets: [target!, nothing] });
    await verdict.nothingElse(room, { ...job, entries: [...job.entries, "work/got"] });
    return;
  }
}

/** The cells of this family. */
export function bitRot(): Cell[] {
  const resumed = PLANNED_WORKS.filter(({ name }) => name.startsWith("resume-"));
  const common = { dialect: "native", fault: "bit-flip-on-disk", needs: ["linux"] } as const;
  return [
    ...resumed.map((work): Cell => ({
      ...{ ...common, work: work.name, phase: "before-resume", rounds: 12, quick: 1 },
      run: (round) => inPart(round, work),
    })),
    {
      ...{ ...common, work: "get", phase: "in-served-file", rounds: 12, quick: 1 },
      run: inServed,
    },
  ];
}
