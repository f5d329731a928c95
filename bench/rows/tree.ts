/**
 * Ten thousand small files, in both directions.
 *
 * @module
 */

import { compareFolders } from "../../testing/files/same_files.ts";
import { join } from "node:path";
import { type Bench, emptyFolder, type Outcome, type Row, runClient } from "../bench.ts";
import { writeTree } from "../inputs.ts";
import { compare, versus } from "../compare.ts";
import type { Contender } from "../paired.ts";

/** The name of the tree on every server. */
export const TREE = "tree";

/** Returns the path of the tree of small files, which is written for the first row that needs it. */
export async function tree(bench: Bench): Promise<string> {
  const path = join(bench.root, TREE);
  if (await Deno.stat(path).catch(() => undefined) === undefined) {
    bench.say(`  writing ${path}`);
    await writeTree(path, bench.files);
  }
  return path;
}

/** Returns a contender that copies the tree into its own folder. */
async function copier(
  bench: Bench,
  name: string,
  parent: string,
  copy: (parent: string) => Promise<unknown>,
): Promise<Contender> {
  await emptyFolder(parent);
  return {
    name,
    run: () => copy(parent),
    verify: () => compareFolders(join(bench.root, TREE), join(parent, TREE)),
    clean: () => setAside(bench, join(parent, TREE)),
  };
}

/**
 * Moves a copy out of the way. Deleting it would slow down the creation of later files: for minutes
 * ext4 does not reuse the inode numbers of deleted files, and examines each of them every time.
 */
async function setAside(bench: Bench, path: string): Promise<void> {
  await Deno.mkdir(join(bench.dir, "aside"), { recursive: true });
  await Deno.rename(path, join(bench.dir, "aside", crypto.randomUUID())).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

/** Downloads. */
export const getTree: Row = {
  name: "get-tree",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = await tree(bench);
    const { rsync, rclone, croc } = bench.rivals;
    const into = (name: string, copy: (parent: string) => Promise<unknown>) =>
      copier(bench, name, join(bench.dir, `tree_${name}`), copy);
    const ours = await into("ftclient", (to) => runClient(bench, "get", "-r", TREE, "-d", to));
    return compare(bench, `get -r, ${bench.files} files`, ours, [
      await versus("rsync", rsync, (rsync) => {
        return into("rsync", (parent) => rsync.get(TREE, `${parent}/`));
      }, { bar: 1.3, aim: 0.9 }),
      await versus("rclone", rclone, (rclone) => {
        return into("rclone", (parent) => rclone.getTree(TREE, join(parent, TREE)));
      }),
      await versus("croc", croc, (croc) => {
        return into("croc", (parent) => croc.copy(source, parent));
      }),
    ]);
  },
};

/** Uploads. */
export const putTree: Row = {
  name: "put-tree",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = await tree(bench);
    const { rsync, rclone } = bench.rivals;
    const into = (name: string, put: (folder: string) => Promise<unknown>) =>
      copier(bench, name, join(bench.root, `in_tree_${name}`), () => put(`in_tree_${name}`));
    const ours = await into("ftclient", (to) => runClient(bench, "put", "-r", source, "--to", to));
    return compare(bench, `put -r, ${bench.files} files`, ours, [
      await versus("rsync", rsync, (rsync) => {
        return into("rsync", (folder) => rsync.put(source, `${folder}/`));
      }, { bar: 1.3, aim: 0.9 }),
      await versus("rclone", rclone, (rclone) => {
        return into("rclone", (folder) => rclone.putTree(source, `${folder}/${TREE}`));
      }),
    ]);
  },
};
