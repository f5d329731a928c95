/**
 * One file over a line with a round trip of 100 ms and no other limit, in both directions.
 *
 * @module
 */

import { compareFiles } from "../../testing/files/same_files.ts";
import { LongLine } from "../../testing/network/long_line.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { join } from "node:path";
import { type Bench, emptyFolder, type Outcome, removeAll, type Row, runClient } from "../bench.ts";
import { compare, versus } from "../compare.ts";
import { writeRandomFile } from "../inputs.ts";
import type { Contender } from "../paired.ts";
import { peakMiB } from "../../testing/programs/peak_memory.ts";
import { clientPeak } from "./memory.ts";

const NAME = "line.bin";
/** The file's part of the size of the large file: 205 MiB of 1 GiB. */
const SHARE = 5;
const GETS_AT_ONCE = 8;

/** A download into a folder of its own. */
async function getter(
  bench: Bench,
  name: string,
  get: (target: string) => Promise<unknown>,
): Promise<Contender> {
  const target = join(await emptyFolder(join(bench.dir, `line_${name}`)), NAME);
  return {
    name,
    run: () => get(target),
    verify: () => compareFiles(NAME, join(bench.root, NAME), target),
    clean: () => removeAll(target),
  };
}

/** An upload into a folder of its own in the served folder. */
async function putter(
  bench: Bench,
  name: string,
  put: (folder: string) => Promise<unknown>,
  root = bench.root,
): Promise<Contender> {
  const folder = `line_${name}`;
  const target = join(await emptyFolder(join(root, folder)), NAME);
  return {
    name,
    run: () => put(folder),
    verify: () => compareFiles(NAME, join(bench.root, NAME), target),
    clean: () => removeAll(target),
  };
}

/** The far end of a line to a server of ours. */
interface FarServer {
  readonly url: string;
  /** Its served folder. */
  readonly root: string;
}

/** Puts a port of the loopback at the far end of a line, until the stack is disposed. */
function farPort(port: number, stack: AsyncDisposableStack): number {
  return stack.use(LongLine.start(port)).port;
}

/** The same for a server. */
function farUrl(url: string, stack: AsyncDisposableStack): string {
  const { protocol, port } = new URL(url);
  return `${protocol}//127.0.0.1:${farPort(Number(port), stack)}`;
}

async function get(bench: Bench, { url }: FarServer, name: string, stack: AsyncDisposableStack) {
  const mine = await getter(bench, name, (target) => {
    return runClient(bench, "get", NAME, "-o", target, "-q", "--host", url);
  });
  return await compare(bench, name, mine, [
    await versus("curl", bench.rivals.nginx, (nginx) => {
      const port = farPort(nginx.port, stack);
      return getter(bench, "curl", (target) => nginx.download(NAME, target, port));
    }, { bar: 1.1, aim: 1 }),
  ]);
}

async function put(
  bench: Bench,
  { url, root }: FarServer,
  name: string,
  stack: AsyncDisposableStack,
) {
  const source = join(bench.root, NAME);
  const mine = await putter(bench, name, (folder) => {
    return runClient(bench, "put", source, "--to", folder, "-q", "--host", url);
  }, root);
  return await compare(bench, name, mine, [
    await versus("rsync", bench.rivals.rsync, (rsync) => {
      const port = farPort(rsync.port, stack);
      return putter(bench, "rsync", (folder) => rsync.putVia(port, source, `${folder}/`));
    }, { bar: 1.1, aim: 1 }),
  ]);
}

/** Starts a server with the file in a folder of its own. */
async function fresh(
  bench: Bench,
  name: string,
  listen: string,
  stack: AsyncDisposableStack,
): Promise<FarServer & { readonly pid: number }> {
  const root = await emptyFolder(join(bench.dir, `${name}_root`));
  await Deno.link(join(bench.root, NAME), join(root, NAME));
  const state = await emptyFolder(join(bench.dir, `${name}_state`));
  const program = bench.serverProgram;
  const server = stack.use(await ServerProcess.start({ program, root, state, listen }));
  return { root, pid: server.pid, url: farUrl(server.url, stack) };
}

/** The peak memory of a new server during several downloads. */
async function servedMemory(bench: Bench, stack: AsyncDisposableStack): Promise<Outcome[]> {
  if (Deno.build.os !== "linux") return [];
  const { url, pid } = await fresh(bench, "line_memory", "ft://127.0.0.1:0", stack);
  const gets = Array.from(
    { length: GETS_AT_ONCE },
    () => clientPeak(bench, url, "get", NAME, "-o", "-"),
  );
  const clients = await Promise.all(gets);
  const [server, client] = [await peakMiB(pid) ?? NaN, Math.max(...clients)];
  const shown = (work: string, value: number, bar: number): Outcome => (
    { work, ours: `${value.toFixed(0)} MiB`, rival: "-", value, bar, unit: "MiB" }
  );
  return [
    shown(`memory of the server, ${GETS_AT_ONCE} gets over a long line`, server, 300),
    shown("memory of a client, get over a long line", client, 150),
  ];
}

/** Compares with `curl` and `rsync` over the same line. */
export const longLine: Row = {
  name: "long-line",
  async measure(bench: Bench): Promise<Outcome[]> {
    await writeRandomFile(join(bench.root, NAME), Math.ceil(bench.bytes / SHARE));
    await using stack = new AsyncDisposableStack();
    const plain = { root: bench.root, url: farUrl(bench.server.url, stack) };
    const tls = await fresh(bench, "line_tls", "fts://127.0.0.1:0", stack);
    return [
      ...await get(bench, plain, "get over 100 ms", stack),
      ...await put(bench, plain, "put over 100 ms", stack),
      ...await get(bench, tls, "get over TLS and 100 ms", stack),
      ...await put(bench, tls, "put over TLS and 100 ms", stack),
      ...await servedMemory(bench, stack),
    ];
  },
};
