/**
 * Works of the native protocol.
 *
 * @module
 */

import { join } from "node:path";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { findFrame } from "../frames.ts";
import type { System } from "../../testing/programs/system.ts";
import { exited } from "../verdict.ts";
import type { Target, Work } from "../work.ts";

const MiB = 1024 * 1024;
/** The size of a file of three blocks and a short one. */
export const BYTES = 3 * MiB + 17;
/** The index of the last block of the file. */
export const LAST_BLOCK = 3;
const NAME = "f.bin";
/** The number of small files in a folder, besides one of {@linkcode BYTES}. */
const SMALL_FILES = 5;

/** Returns the source and the target folder. */
function places(system: System, way: Work["way"]) {
  const [served, work] = [[system.root, "root/"], [system.work, "work/"]] as const;
  return way === "get" ? { from: served, to: work } : { from: work, to: served };
}

/** Transfers a new file. */
const plain = (way: Work["way"]): Work => ({
  name: way,
  way,
  async prepare(system, random) {
    const { from, to } = places(system, way);
    const content = random.bytes(BYTES);
    await Deno.writeFile(join(from[0], NAME), content);
    const target = { path: join(to[0], NAME), old: null, new: content };
    return { args: [way, NAME], targets: [target], entries: [`root/${NAME}`, `work/${NAME}`] };
  },
});

/** Overwrites a file of which two blocks are equal. */
const overwrite = (way: Work["way"]): Work => ({
  name: `overwrite-${way}`,
  way,
  async prepare(system, random) {
    const job = await plain(way).prepare(system, random);
    const target = job.targets[0]!;
    const old = target.new.slice();
    for (const at of [MiB, BYTES - 1]) old[at]! ^= 1;
    await Deno.writeFile(target.path, old);
    return { ...job, args: [way, NAME, "--overwrite"], targets: [{ ...target, old }] };
  },
});

/** Transfers a folder with small files and one of three blocks. */
const recursive = (way: Work["way"]): Work => ({
  name: `recursive-${way}`,
  way,
  async prepare(system, random) {
    const { from, to } = places(system, way);
    await Deno.mkdir(join(from[0], "d/sub"), { recursive: true });
    const targets: Target[] = [];
    const entries = ["root/d/", "root/d/sub/", "work/d/", "work/d/sub/"];
    for (let i = 0; i <= SMALL_FILES; i++) {
      const name = i === 0 ? `d/${NAME}` : `d/sub/small_${i}`;
      const content = random.bytes(i === 0 ? BYTES : 1000 * i + 1);
      await Deno.writeFile(join(from[0], name), content);
      targets.push({ path: join(to[0], name), old: null, new: content });
      entries.push(`root/${name}`, `work/${name}`);
    }
    return { args: [way, "-r", "d"], targets, entries };
  },
});

/** Resumes a transfer that was cut after two blocks. */
const resume = (way: Work["way"]): Work => ({
  name: `resume-${way}`,
  way,
  async prepare(system, random) {
    const job = await plain(way).prepare(system, random);
    const find = findFrame(({ type, index }) => type === "BLCK" && index === 2 ? 0 : null);
    const faults = { [way === "get" ? "down" : "up"]: { cutAt: find } };
    await using proxy = await FaultProxy.start(system.url, () => faults);
    exited(await system.client(job.args, { env: { FTCLIENT_HOST: proxy.url } }), [5], "the first");
    return job;
  },
});

/** All works of the native protocol. */
export const NATIVE_WORKS: readonly Work[] = [
  ...[plain("get"), plain("put"), overwrite("get"), overwrite("put")],
  ...[recursive("get"), recursive("put"), resume("get"), resume("put")],
];
