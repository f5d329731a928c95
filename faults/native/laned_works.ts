/**
 * Works of the native protocol that move one large file over several connections.
 *
 * @module
 */

import { join } from "node:path";
import type { Work } from "../work.ts";

const NAME = "f.bin";

/** Bytes per second of each connection: without a limit one would be enough. */
export const LANE_RATE = 4_000_000;

const MiB = 1024 * 1024;

/** How many connections a transfer has, and the size of a file for which they are opened. */
const KINDS = [
  { name: "lanes", count: "3", bytes: 12 * MiB + 17 },
  // A second connection is opened once the first one was measured.
  { name: "lanes-auto", count: "auto", bytes: 24 * MiB + 17 },
] as const;

/** Transfers a new file. */
const laned = (way: Work["way"], { name, count, bytes }: typeof KINDS[number]): Work => ({
  name: `${way}-${name}`,
  way,
  async prepare(system, random) {
    const [from, to] = way === "get" ? [system.root, system.work] : [system.work, system.root];
    const content = random.bytes(bytes);
    await Deno.writeFile(join(from, NAME), content);
    return {
      args: [way, NAME, "--lanes", count],
      targets: [{ path: join(to, NAME), old: null, new: content }],
      entries: [`root/${NAME}`, `work/${NAME}`],
    };
  },
});

/** A large file in each direction. */
export const LANED_WORKS: readonly Work[] = KINDS.flatMap((kind) => [
  laned("get", kind),
  laned("put", kind),
]);
