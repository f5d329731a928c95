/**
 * Small files that both sides already have, in both directions.
 *
 * @module
 */

import { compareFolders } from "../../testing/files/same_files.ts";
import { join } from "node:path";
import {
  type Bench,
  emptyFolder,
  movedBytes,
  type Outcome,
  type Row,
  runClient,
} from "../bench.ts";
import { compare, versus } from "../compare.ts";
import type { Contender } from "../paired.ts";
import { TREE, tree } from "./tree.ts";

const BARS = { bar: 3, aim: 1.5 };

/** Returns a contender that has copied the tree into its own folder before. */
async function repeater(
  bench: Bench,
  name: string,
  parent: string,
  copy: () => Promise<unknown>,
): Promise<Contender> {
  await emptyFolder(parent);
  bench.say(`  the first copy by ${name}`);
  await copy();
  return {
    name,
    run: copy,
    verify: () => compareFolders(join(bench.root, TREE), join(parent, TREE)),
  };
}

/** Returns a run of our client, which moves content only the first time. */
function ourCopy(bench: Bench, ...args: string[]): () => Promise<void> {
  let first = true;
  return async () => {
    const moved = movedBytes(await runClient(bench, ...args, "--json"));
    if (!first && moved > 0) throw new Error(`ftclient moved ${moved} bytes again`);
    first = false;
  };
}

/** Downloads. */
export const getAgain: Row = {
  name: "get-again",
  async measure(bench: Bench): Promise<Outcome[]> {
    await tree(bench);
    const { rsync, rclone } = bench.rivals;
    const into = (name: string) => join(bench.dir, `again_${name}`);
    const get = ourCopy(bench, "get", "-r", TREE, "-d", into("ftclient"));
    const ours = await repeater(bench, "ftclient", into("ftclient"), get);
    return compare(bench, `get -r again, ${bench.files} files`, ours, [
      await versus("rsync", rsync, (rsync) => {
        return repeater(bench, "rsync", into("rsync"), () => rsync.get(TREE, `${into("rsync")}/`));
      }, BARS),
      await versus("rclone", rclone, (rclone) => {
        const target = join(into("rclone"), TREE);
        return repeater(bench, "rclone", into("rclone"), () => rclone.getTree(TREE, target));
      }),
    ]);
  },
};

/** Uploads. */
export const putAgain: Row = {
  name: "put-again",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = await tree(bench);
    const { rsync, rclone } = bench.rivals;
    const into = (name: string, put: (folder: string) => () => Promise<unknown>) => {
      const folder = `in_again_${name}`;
      return repeater(bench, name, join(bench.root, folder), put(folder));
    };
    const ours = await into("ftclient", (to) => ourCopy(bench, "put", "-r", source, "--to", to));
    return compare(bench, `put -r again, ${bench.files} files`, ours, [
      await versus("rsync", rsync, (rsync) => {
        return into("rsync", (folder) => () => rsync.put(source, `${folder}/`));
      }, BARS),
      await versus("rclone", rclone, (rclone) => {
        return into("rclone", (folder) => () => rclone.putTree(source, `${folder}/${TREE}`));
      }),
    ]);
  },
};
