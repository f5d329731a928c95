/**
 * Many files of a few hundred kilobytes, such as pictures, over a line with a round trip of 100 ms, in
 * both directions.
 *
 * @module
 */

import { join } from "node:path";
import { compareFolders } from "../../testing/files/same_files.ts";
import { LongLine } from "../../testing/network/long_line.ts";
import { type Bench, emptyFolder, type Outcome, type Row, runClient } from "../bench.ts";
import { compare, versus } from "../compare.ts";
import { writeTree } from "../inputs.ts";
import type { Contender } from "../paired.ts";

const NAME = "pictures";
const FILES = 150;
const BYTES = 200_000;

/** A copy into a folder that is empty each time. */
function copier(
  { root }: Bench,
  name: string,
  parent: string,
  run: () => Promise<unknown>,
): Contender {
  const prepare = () => emptyFolder(parent);
  const verify = () => compareFolders(join(root, NAME), join(parent, NAME));
  return { name, prepare, run, verify };
}

/** The far end of a line to a port of the loopback. */
function far(port: number, stack: AsyncDisposableStack): number {
  return stack.use(LongLine.start(port)).port;
}

/** Compares with `rsync` over the same line. */
export const longLineTree: Row = {
  name: "long-line-tree",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = join(bench.root, NAME);
    const files = Math.min(FILES, bench.files);
    await writeTree(source, files, BYTES);
    await using stack = new AsyncDisposableStack();
    const url = `ft://127.0.0.1:${far(Number(new URL(bench.server.url).port), stack)}`;
    const local = (name: string) => join(bench.dir, `far_${name}`);
    const remote = (name: string) => `in_far_${name}`;
    const client = (...args: string[]) => runClient(bench, ...args, "-q", "--host", url);
    const getter = (name: string, get: (parent: string) => Promise<unknown>) =>
      copier(bench, name, local(name), () => get(local(name)));
    const putter = (name: string, put: (folder: string) => Promise<unknown>) =>
      copier(bench, name, join(bench.root, remote(name)), () => put(remote(name)));
    const { rsync } = bench.rivals;
    const work = `${files} files of 200 KB over 100 ms`;
    const mine = getter("ftclient", (to) => client("get", "-r", NAME, "-d", to));
    const ours = putter("ftclient", (to) => client("put", "-r", source, "--to", to));
    return [
      ...await compare(bench, `get -r, ${work}`, mine, [
        await versus("rsync", rsync, (rsync) => {
          const port = far(rsync.port, stack);
          return Promise.resolve(getter("rsync", (to) => rsync.get(NAME, `${to}/`, port)));
        }),
      ]),
      ...await compare(bench, `put -r, ${work}`, ours, [
        await versus("rsync", rsync, (rsync) => {
          const port = far(rsync.port, stack);
          return Promise.resolve(putter("rsync", (to) => rsync.putVia(port, source, `${to}/`)));
        }),
      ]),
    ];
  },
};
