/**
 * The listing of a tree of small files.
 *
 * @module
 */

import type { Bench, Outcome, Row } from "../bench.ts";
import { runClient } from "../bench.ts";
import { compare, versus } from "../compare.ts";
import { TREE, tree } from "./tree.ts";

/** Returns our listing, which must name every file. */
async function listed(bench: Bench): Promise<void> {
  const { stdout } = await runClient(bench, "ls", "-R", TREE);
  const found = stdout.match(/\bf\d{6}\.bin$/gm)?.length;
  if (found !== bench.files) throw new Error(`ftclient listed ${found} of ${bench.files} files`);
}

/** Compares `ls -R`. */
export const list: Row = {
  name: "list",
  async measure(bench: Bench): Promise<Outcome[]> {
    await tree(bench);
    const { rsync, rclone } = bench.rivals;
    const ours = { name: "ftclient", run: () => listed(bench) };
    return compare(bench, `ls -R, ${bench.files} files`, ours, [
      await versus("rsync", rsync, (rsync) => {
        return { name: "rsync --list-only", run: () => rsync.list(TREE) };
      }, { bar: 2, aim: 1 }),
      await versus("rclone", rclone, (rclone) => {
        return { name: "rclone lsl", run: () => rclone.list(TREE) };
      }),
    ]);
  },
};
