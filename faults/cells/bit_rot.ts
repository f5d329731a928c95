/**
 * Flipped bits on disk: in a partial file before a resume, and in a served file.
 *
 * @module
 */

import { partPaths } from "../../lib/client/transfer/get/part_names.ts";
import { join } from "node:path";
import type { Cell, Round } from "../cell.ts";
import { BYTES, NATIVE_WORKS } from "../native/works.ts";
import { flip } from "../../testing/planned/change.ts";
import { settled } from "../os/strike_at.ts";
import { PLANNED_WORKS } from "../os/works.ts";
import type { System } from "../../testing/programs/system.ts";
import { tidy } from "../system.ts";
import * as verdict from "../verdict.ts";
import type { Work } from "../work.ts";

/** The number of bits that one round flips. */
const FLIPS = 4;
/** Attempts to flip a bit without a visible change of the file's times. */
const ATTEMPTS = 5;

/** Flips bits of the partial or staged file of a first run, and resumes. */
async function inPart(round: Round, work: Work): Promise<void> {
  const system = await round.system();
  await tidy(system);
  const job = await work.prepare(system, round.random);
  const part = work.way === "get" ? partPaths(system.at("f.bin")).part : stagedPath(system);
  const { size } = await Deno.stat(part);
  for (let i = 0; i < FLIPS; i++) flip(part, round.random.below(size));
  round.struck(FLIPS);
  verdict.exited(await system.client(job.args), [0]);
  await verdict.completed(job);
  await verdict.serves(system);
  await settled(system, job);
}

function stagedPath(system: System): string {
  const staging = join(system.root, ".ftserver/staging");
  const [{ name } = { name: "" }] = [...Deno.readDirSync(staging)];
  return join(staging, name);
}

const put = NATIVE_WORKS.find(({ name }) => name === "put")!;

/**
 * Flips a bit of a served file whose digests are cached. A disk does that without changing times, so
 * the attempt counts only if size, modification time and second of the last change are unchanged.
 */
async function inServed(round: Round): Promise<void> {
  const system = await round.system();
  for (let attempt = 0;; attempt++) {
    await tidy(system);
    const job = await put.prepare(system, round.random);
    verdict.exited(await system.client(job.args), [0]);
    const [target] = job.targets;
    const before = await Deno.stat(target!.path);
    const at = round.random.below(BYTES);
    flip(target!.path, at);
    await Deno.utime(target!.path, before.mtime!, before.mtime!);
    const after = await Deno.stat(target!.path);
    if (before.ctime?.getTime() !== after.ctime?.getTime()) {
      if (attempt === ATTEMPTS) throw new Error("no attempt left the file's times unchanged");
      continue;
    }
    round.struck();
    const got = await system.client(["get", "f.bin", "-o", "got"]);
    verdict.exited(got, [6]);
    const block = `block ${Math.floor(at / 1024 / 1024)} `;
    if (!got.stderr.includes(block)) throw new verdict.Wrong(`${block}is not named: ${got.stderr}`);
    const nothing = { path: system.at("got"), old: null, new: target!.new };
    await verdict.wholeUnderNames({ ...job, targets: [nothing] });
    if (await Deno.stat(nothing.path).then(() => true, () => false)) {
      throw new verdict.Wrong("damaged content got its final name");
    }
    // A put alone would skip the file, because the cached digests say that it is already there.
    verdict.exited(await system.client(["rm", "f.bin"]), [0]);
    verdict.exited(await system.client(["put", "f.bin"]), [0]);
    verdict.exited(await system.client(["get", "f.bin", "-o", "got"]), [0]);
    await verdict.completed({ ...job, targets: [target!, nothing] });
    await verdict.nothingElse(system, { ...job, entries: [...job.entries, "work/got"] });
    return;
  }
}

/** Returns the cells of this family. */
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
