/**
 * Small files that both sides have, all with other content by now, in both directions.
 *
 * @module
 */

import { join } from "node:path";
import { compareFolders, filesBelow } from "../../testing/files/same_files.ts";
import { type Bench, emptyFolder, type Outcome, type Row, runClient } from "../bench.ts";
import { compare, versus } from "../compare.ts";
import { writeTree } from "../inputs.ts";
import type { Contender } from "../paired.ts";
import { TREE, tree } from "./tree.ts";

/** The tree with the same names and other content, on every server. */
const OTHER = `other/${TREE}`;

/** Writes the trees. @returns Their names, which are copied in turns. */
async function trees(bench: Bench): Promise<readonly string[]> {
  await tree(bench);
  const other = join(bench.root, OTHER);
  if (await Deno.stat(other).catch(() => undefined) === undefined) {
    bench.say(`  writing ${other}`);
    await writeTree(other, bench.files);
    // For rsync, a file of the same size and second is the same.
    const anHourAgo = Date.now() / 1000 - 3600;
    for (const name of await filesBelow(other)) {
      await Deno.utime(join(other, name), anHourAgo, anHourAgo);
    }
  }
  return [TREE, OTHER];
}

/** Returns a contender that has copied one tree, and copies the other one over it each time. */
async function overwriter(
  bench: Bench,
  name: string,
  parent: string,
  copy: (tree: string) => Promise<unknown>,
): Promise<Contender> {
  const names = await trees(bench);
  let turn = 0;
  const next = () => names[turn % 2]!;
  await emptyFolder(parent);
  bench.say(`  the first copy by ${name}`);
  await copy(next());
  return {
    name,
    run() {
      turn++;
      return copy(next());
    },
    verify: () => compareFolders(join(bench.root, next()), join(parent, TREE)),
  };
}

/** Downloads. */
export const getChanged: Row = {
  name: "get-changed",
  async measure(bench: Bench): Promise<Outcome[]> {
    const into = (name: string, copy: (tree: string, parent: string) => Promise<unknown>) => {
      const parent = join(bench.dir, `changed_${name}`);
      return overwriter(bench, name, parent, (tree) => copy(tree, parent));
    };
    const ours = await into("ftclient", (tree, parent) => {
      return runClient(bench, "get", "-r", tree, "--overwrite", "-d", parent);
    });
    return compare(bench, `get -r, all ${bench.files} files changed`, ours, [
      await versus("rsync", bench.rivals.rsync, (rsync) => {
        return into("rsync", (tree, parent) => rsync.get(tree, `${parent}/`));
      }),
    ]);
  },
};

/** Uploads. */
export const putChanged: Row = {
  name: "put-changed",
  async measure(bench: Bench): Promise<Outcome[]> {
    const into = (name: string, put: (source: string, to: string) => Promise<unknown>) => {
      const to = `in_changed_${name}`;
      const copy = (tree: string) => put(join(bench.root, tree), to);
      return overwriter(bench, name, join(bench.root, to), copy);
    };
    const ours = await into("ftclient", (source, to) => {
      return runClient(bench, "put", "-r", source, "--overwrite", "--to", to);
    });
    return compare(bench, `put -r, all ${bench.files} files changed`, ours, [
      await versus("rsync", bench.rivals.rsync, (rsync) => {
        return into("rsync", (source, to) => rsync.put(source, `${to}/`));
      }),
    ]);
  },
};
