/**
 * Works of the native protocol with few frames, and the types of these frames.
 *
 * @module
 */

import { join } from "node:path";
import type { Target, Work } from "../work.ts";

const BYTES = 5000;
const NAME = "f.bin";

/** A work, and the types of its frames without faults, but for those that measure the line. */
export interface FewFrames {
  readonly work: Work;
  readonly up: readonly string[];
  readonly down: readonly string[];
}

const one = (way: Work["way"], old: "none" | "other"): Work => ({
  name: `${old === "none" ? "" : "overwrite-"}${way}-small`,
  way,
  async prepare(system, random) {
    const content = random.bytes(BYTES);
    const [from, to] = way === "get" ? [system.root, system.work] : [system.work, system.root];
    await Deno.writeFile(join(from, NAME), content);
    const before = old === "none" ? null : random.bytes(BYTES);
    if (before !== null) await Deno.writeFile(join(to, NAME), before);
    return {
      args: [way, NAME, ...before === null ? [] : ["--overwrite"]],
      targets: [{ path: join(to, NAME), old: before, new: content }],
      entries: [`root/${NAME}`, `work/${NAME}`],
    };
  },
});

const folder = (way: Work["way"]): Work => ({
  name: `recursive-${way}-small`,
  way,
  async prepare(system, random) {
    const [from, to] = way === "get" ? [system.root, system.work] : [system.work, system.root];
    await Deno.mkdir(join(from, "d"));
    const targets: Target[] = [];
    for (let i = 0; i < 2; i++) {
      const content = random.bytes(50 + i);
      await Deno.writeFile(join(from, `d/f${i}`), content);
      targets.push({ path: join(to, `d/f${i}`), old: null, new: content });
    }
    const entries = ["root", "work"].flatMap((top) => [`${top}/d/`, `${top}/d/f0`, `${top}/d/f1`]);
    return { args: [way, "-r", "d"], targets, entries };
  },
});

/** All works with few frames. */
export const FEW_WORKS: readonly FewFrames[] = [
  {
    work: one("get", "none"),
    up: ["HELO", "REQU"],
    down: ["HELO", "ITEM", "BLCK", "DATA", "RPLY"],
  },
  {
    work: one("put", "none"),
    up: ["HELO", "REQU", "BLCK", "DATA", "COMT"],
    down: ["HELO", "ITEM", "ITEM", "ACKN", "RPLY"],
  },
  {
    work: one("get", "other"),
    up: ["HELO", "REQU", "REQU", "REQU"],
    down: ["HELO", "RPLY", "ITEM", "DGST", "RPLY", "ITEM", "BLCK", "DATA", "RPLY"],
  },
  {
    work: one("put", "other"),
    up: ["HELO", "REQU", "REQU", "REQU", "BLCK", "DATA", "COMT"],
    down: ["HELO", "RPLY", "ITEM", "DGST", "RPLY", "ITEM", "HELD", "ITEM", "ACKN", "RPLY"],
  },
  {
    work: folder("get"),
    up: ["HELO", "REQU", "REQU", "REQU"],
    down: ["HELO", "RPLY", "ITEM", "RPLY", "PACK", "RPLY"],
  },
  {
    work: folder("put"),
    up: ["HELO", "REQU", "REQU", "REQU", "REQU", "PACK", "COMT"],
    down: ["HELO", "FAIL", "FAIL", "RPLY", "ITEM", "ITEM", "RPLY"],
  },
];
