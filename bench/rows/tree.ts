/**
 * Ten thousand small files, in both directions.
 *
 * @module
 */

import { compareFolders } from "../../testing/files/same_files.ts";
import { join } from "node:path";
import { type Bench, emptyFolder, type Outcome, type Row, runClient } from "../bench.ts";
import { writeTree } from "../inputs.ts";
import { type Contender, runPaired } from "../paired.ts";
import { againstRivals } from "../report.ts";

const TREE = "tree";

async function tree(bench: Bench): Promise<string> {
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
  copy: () => Promise<unknown>,
): Promise<Contender> {
  await emptyFolder(parent);
  return {
    name,
    run: copy,
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
    await tree(bench);
    const { rsync } = bench.rivals;
    if (rsync === undefined) return [];
    const [ours, theirs] = [join(bench.dir, "tree_ftclient"), join(bench.dir, "tree_rsync")];
    const contenders = [
      await copier(bench, "ftclient", ours, () => runClient(bench, "get", "-r", TREE, "-d", ours)),
      await copier(bench, "rsync", theirs, () => rsync.get(TREE, `${theirs}/`)),
    ];
    const timings = await runPaired(contenders, bench.runs, bench.say);
    return againstRivals(`get -r, ${bench.files} files`, contenders, timings, [
      { bar: 0.6, aim: 0.4 },
    ]);
  },
};

/** Uploads. */
export const putTree: Row = {
  name: "put-tree",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = await tree(bench);
    const { rsync } = bench.rivals;
    if (rsync === undefined) return [];
    const [ours, theirs] = ["in_tree_ftclient", "in_tree_rsync"];
    const put = () => runClient(bench, "put", "-r", source, "--to", ours);
    const contenders = [
      await copier(bench, "ftclient", join(bench.root, ours), put),
      await copier(bench, "rsync", join(bench.root, theirs), () => rsync.put(source, `${theirs}/`)),
    ];
    const timings = await runPaired(contenders, bench.runs, bench.say);
    return againstRivals(`put -r, ${bench.files} files`, contenders, timings, [
      { bar: 0.8, aim: 0.5 },
    ]);
  },
};
