/**
 * Works of the native protocol for faults of file operations.
 *
 * @module
 */

import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { PART_WRITE_BYTES } from "../../lib/client/transfer/get/part_file.ts";
import { join } from "node:path";
import { BYTES, NATIVE_WORKS } from "../native/works.ts";
import type { Target, Work } from "../work.ts";
import { isUnnamed, UNNAMED } from "./moments.ts";
import type { Op } from "../../testing/planned/plan.ts";
import { planned, type Side } from "./planned_sides.ts";

/** The number of files in a batch, large enough for a journal. */
const SMALL_FILES = 20;

/** Transfers a folder of small files and one of three blocks. @param old Whether it replaces others. */
const batch = (way: Work["way"], old: boolean): Work => ({
  name: `${old ? "overwrite-" : ""}batch-${way}`,
  way,
  async prepare(system, random) {
    const [from, to] = way === "get" ? [system.root, system.work] : [system.work, system.root];
    const targets: Target[] = [];
    const entries = ["root/b/", "work/b/"];
    await Deno.mkdir(join(from, "b"));
    if (old) await Deno.mkdir(join(to, "b"));
    for (let i = 0; i <= SMALL_FILES; i++) {
      const name = `b/${i === 0 ? "large" : `small_${i}`}`;
      const content = random.bytes(i === 0 ? BYTES : 100 * i);
      await Deno.writeFile(join(from, name), content);
      const before = old ? random.bytes(50 * i + 10) : null;
      if (before !== null) await Deno.writeFile(join(to, name), before);
      targets.push({ path: join(to, name), old: before, new: content });
      entries.push(`root/${name}`, `work/${name}`);
    }
    return { args: [way, "-r", "b", ...old ? ["--overwrite"] : []], targets, entries };
  },
});

/** An upload with a journal. */
export const batchPut: Work = batch("put", false);

/** The number of writes of a block. */
const WRITES = { server: 1, client: BLOCK_BYTES / PART_WRITE_BYTES } as const;

/** Resumes a file whose first run failed in its third block. */
const resume = (plain: Work): Work => ({
  name: `resume-${plain.name}`,
  way: plain.way,
  async prepare(system, random) {
    const job = await plain.prepare(system, random);
    const side = plain.way === "get" ? "client" : "server";
    const { plan, program } = await planned(system, side);
    const nth = 2 * WRITES[side] + 1;
    const third = { ops: ["write"], path: UNNAMED, nth, times: null, when: "before" } as const;
    await plan.arm([{ ...third, deed: { kind: "fail", errno: "EIO" } }]);
    const { code } = await system.client(job.args, side === "client" ? { program } : {});
    if (code !== 1) throw new Error(`nothing to resume: ftclient ended with ${code}`);
    await plan.arm([]);
    if (side === "server") await system.restart(undefined, { program });
    return job;
  },
});

const named = (name: string) => NATIVE_WORKS.find((work) => work.name === name)!;

/** The works, for both directions. */
export const PLANNED_WORKS: readonly Work[] = (["put", "get"] as const).flatMap((way) => [
  ...[named(way), named(`overwrite-${way}`), resume(named(way))],
  ...[batch(way, false), batch(way, true)],
]);

/** The paths of the content, as the programs use them. */
const SOURCE = /(^|\/)(f\.bin|b\/(large|small_\d+))$/;

/** Returns a function that recognises the operations of a side on content. */
export function movesContent(work: Work, side: Side): (op: Op) => boolean {
  const writes = (work.way === "get") === (side === "client");
  return writes
    ? ({ op, path }) => op === "write" && isUnnamed(path)
    : ({ op, path }) => op === "read" && SOURCE.test(path);
}

/** Whether an operation reads back content of a transfer that is being resumed. */
export function readsBack({ op, path }: Op): boolean {
  return op === "read" && isUnnamed(path);
}
