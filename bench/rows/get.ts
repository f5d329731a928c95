/**
 * Downloads of one large file, with and without the server's cached digests.
 *
 * @module
 */

import { compareFiles } from "../../testing/files/same_files.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { join } from "node:path";
import {
  type Bench,
  emptyFolder,
  movedBytes,
  type Outcome,
  removeAll,
  type Row,
} from "../bench.ts";
import { runClient } from "../bench.ts";
import { writeRandomFile } from "../inputs.ts";
import { type Contender, runPaired } from "../paired.ts";
import { againstRivals, type Comparison } from "../report.ts";

/** The large file's name on every server. */
export const BIG = "big.bin";

/** Returns the path of the large file, which is written for the first row that needs it. */
export async function bigFile(bench: Bench): Promise<string> {
  const path = join(bench.root, BIG);
  const size = (await Deno.stat(path).catch(() => undefined))?.size;
  if (size !== bench.bytes) {
    bench.say(`  writing ${path}`);
    await writeRandomFile(path, bench.bytes);
  }
  return path;
}

/** Returns a contender that downloads the large file into its own folder. */
async function getter(
  bench: Bench,
  name: string,
  get: (target: string) => Promise<unknown>,
  prepare?: () => Promise<unknown>,
): Promise<Contender> {
  const folder = await emptyFolder(join(bench.dir, `get_${name}`));
  const target = join(folder, BIG);
  return {
    name,
    prepare,
    run: () => get(target),
    verify: () => compareFiles(BIG, join(bench.root, BIG), target),
    clean: () => removeAll(target),
  };
}

async function ourGet(bench: Bench, target: string, host = bench.server.url): Promise<void> {
  const finished = await runClient(bench, "get", BIG, "-o", target, "--json", "--host", host);
  const moved = movedBytes(finished);
  if (moved < bench.bytes) throw new Error(`ftclient moved ${moved} of ${bench.bytes} bytes`);
}

/** The server has the file's digests in its cache. */
export const getWarm: Row = {
  name: "get",
  async measure(bench: Bench): Promise<Outcome[]> {
    await bigFile(bench);
    const { nginx, sshd, rsync } = bench.rivals;
    const contenders = [await getter(bench, "ftclient", (target) => ourGet(bench, target))];
    const bars: Comparison[] = [];
    if (nginx !== undefined) {
      contenders.push(await getter(bench, "curl+openssl", (target) => nginx.get(BIG, target)));
      bars.push({ bar: 0.75, aim: 0.5 });
    }
    if (sshd !== undefined) {
      const source = join(bench.root, BIG);
      contenders.push(await getter(bench, "scp", (target) => sshd.get(source, target)));
      bars.push({ bar: 0.75, aim: 0.5 });
    }
    if (rsync !== undefined) {
      contenders.push(await getter(bench, "rsync", (target) => rsync.get(BIG, target)));
      bars.push({ aim: 1 });
    }
    const timings = await runPaired(contenders, bench.runs, bench.say);
    return againstRivals("get, digests warm", contenders, timings, bars);
  },
};

/** The file has changed, so that the server must hash it again. */
export const getFirst: Row = {
  name: "get-first",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = await bigFile(bench);
    const { nginx } = bench.rivals;
    if (nginx === undefined) return [];
    const touch = () => Deno.utime(source, new Date(), new Date());
    const contenders = [
      await getter(bench, "ftclient", (target) => ourGet(bench, target), touch),
      await getter(bench, "curl+openssl", (target) => nginx.get(BIG, target)),
    ];
    const timings = await runPaired(contenders, bench.runs, bench.say);
    return againstRivals("get, first time", contenders, timings, [{ bar: 1.1, aim: 0.8 }]);
  },
};

/**
 * Starts a new server over its own folder with the large file.
 *
 * @param name The prefix of its folders.
 */
export async function freshServer(
  bench: Bench,
  name: string,
  listen = "ft://127.0.0.1:0",
): Promise<ServerProcess> {
  const root = await emptyFolder(join(bench.dir, `${name}_root`));
  await Deno.link(await bigFile(bench), join(root, BIG));
  const state = await emptyFolder(join(bench.dir, `${name}_state`));
  return await ServerProcess.start({ program: bench.serverProgram, root, state, listen });
}

/** Encrypted downloads: TLS against SSH. */
export const getEncrypted: Row = {
  name: "get-tls",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = await bigFile(bench);
    const { sshd } = bench.rivals;
    if (sshd === undefined) return [];
    await using server = await freshServer(bench, "tls", "fts://127.0.0.1:0");
    const contenders = [
      await getter(bench, "ftclient_tls", (target) => ourGet(bench, target, server.url)),
      await getter(bench, "scp", (target) => sshd.get(source, target)),
    ];
    const timings = await runPaired(contenders, bench.runs, bench.say);
    return againstRivals("get over TLS", contenders, timings, [{ bar: 0.9, aim: 0.65 }]);
  },
};
