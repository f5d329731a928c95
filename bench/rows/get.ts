/**
 * Downloads of one large file, with and without the server's cached digests.
 *
 * @module
 */

import { compareFiles } from "../../testing/files/same_files.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { dirname, join } from "node:path";
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
import { compare, versus } from "../compare.ts";
import type { Contender } from "../paired.ts";

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
export async function getter(
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
    const source = await bigFile(bench);
    const { nginx, sshd, rsync, rclone, croc, http } = bench.rivals;
    const from = (get: (target: string) => Promise<unknown>, name: string) =>
      getter(bench, name, get);
    const rivals = [
      await versus("curl+openssl", nginx, (nginx) => {
        return from((target) => nginx.get(BIG, target), "curl");
      }, { bar: 0.7, aim: 0.5 }),
      await versus("scp", sshd, (sshd) => from((target) => sshd.get(source, target), "scp"), {
        ...{ bar: 0.5, aim: 0.4 },
      }),
      await versus("rsync", rsync, (rsync) => from((target) => rsync.get(BIG, target), "rsync"), {
        aim: 1,
      }),
      await versus("rclone", rclone, (rclone) => {
        return from((target) => rclone.get(BIG, target), "rclone");
      }),
      await versus("croc", croc, (croc) => {
        return from((target) => croc.copy(source, dirname(target)), "croc");
      }),
    ];
    for (const { name, server } of http) {
      rivals.push(
        await versus(name, server, (server) => {
          return from((target) => server.get(BIG, target), name);
        }),
      );
    }
    const ours = await from((target) => ourGet(bench, target), "ftclient");
    return compare(bench, "get, digests warm", ours, rivals);
  },
};

/** The file has changed, so that the server must hash it again. */
export const getFirst: Row = {
  name: "get-first",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = await bigFile(bench);
    const touch = () => Deno.utime(source, new Date(), new Date());
    const ours = await getter(bench, "ftclient", (target) => ourGet(bench, target), touch);
    return compare(bench, "get, first time", ours, [
      await versus("curl+openssl", bench.rivals.nginx, (nginx) => {
        return getter(bench, "curl", (target) => nginx.get(BIG, target));
      }, { bar: 1.1, aim: 0.8 }),
    ]);
  },
};

/** Options of {@linkcode freshServer}. */
export interface FreshServerOptions {
  /** @default {"ft://127.0.0.1:0"} */
  readonly listen?: string;
  /** Additional command line arguments. */
  readonly args?: readonly string[];
}

/**
 * Starts a new server over its own folder with the large file.
 *
 * @param name The prefix of its folders.
 */
export async function freshServer(
  bench: Bench,
  name: string,
  options: FreshServerOptions = {},
): Promise<ServerProcess> {
  const root = await emptyFolder(join(bench.dir, `${name}_root`));
  await Deno.link(await bigFile(bench), join(root, BIG));
  const state = await emptyFolder(join(bench.dir, `${name}_state`));
  return await ServerProcess.start({ program: bench.serverProgram, root, state, ...options });
}

/** Encrypted downloads: TLS against SSH. */
export const getEncrypted: Row = {
  name: "get-tls",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = await bigFile(bench);
    await using server = await freshServer(bench, "tls", { listen: "fts://127.0.0.1:0" });
    const get = (target: string) => ourGet(bench, target, server.url);
    return await compare(bench, "get over TLS", await getter(bench, "ftclient_tls", get), [
      await versus("scp", bench.rivals.sshd, (sshd) => {
        return getter(bench, "scp", (target) => sshd.get(source, target));
      }, { bar: 0.6, aim: 0.5 }),
    ]);
  },
};
