/**
 * A file over a line that gives each connection a part of what it could carry.
 *
 * @module
 */

import { join } from "node:path";
import { compareFiles } from "../../testing/files/same_files.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import {
  type Bench,
  emptyFolder,
  movedBytes,
  type Outcome,
  removeAll,
  type Row,
  runClient,
} from "../bench.ts";
import { compare, versus } from "../compare.ts";
import { writeRandomFile } from "../inputs.ts";
import type { Contender } from "../paired.ts";

const NAME = "laned.bin";
const BYTES = 100_000_000;
const TINY_BYTES = 20_000_000;
/** The line gives each connection this many bytes per second. */
const RATE = 10_000_000;

/** Starts a proxy before a port of the loopback. */
function line(port: number): Promise<FaultProxy> {
  const way = { bytesPerSecond: RATE };
  return FaultProxy.start(`ft://127.0.0.1:${port}`, () => ({ up: way, down: way }));
}

function contender(name: string, [from, to]: [string, string], run: () => Promise<unknown>) {
  const verify = () => compareFiles(NAME, from, to);
  return { name, run, verify, clean: () => removeAll(to) } satisfies Contender;
}

async function ourRun(bench: Bench, lines: FaultProxy, ...args: string[]): Promise<void> {
  const all = [...args, "--lanes", "auto", "--json", "--host", lines.url];
  movedBytes(await runClient(bench, ...all));
}

/** Compares with `curl`, which has one connection. */
export const lanes: Row = {
  name: "lanes",
  async measure(bench: Bench): Promise<Outcome[]> {
    const source = join(bench.root, NAME);
    await writeRandomFile(source, bench.tiny ? TINY_BYTES : BYTES);
    const folder = await emptyFolder(join(bench.dir, "lanes"));
    await Deno.mkdir(join(bench.root, "laned"), { recursive: true });
    const [target, stored] = [join(folder, NAME), join(bench.root, "laned", NAME)];
    await using stack = new AsyncDisposableStack();
    const ourLine = stack.use(await line(Number(bench.server.url.split(":").at(-1))));
    const { nginx } = bench.rivals;
    const rival = await versus("curl+openssl", nginx, async (nginx) => {
      const { url } = stack.use(await line(nginx.port));
      const port = Number(url.split(":").at(-1));
      const to = join(folder, "curl.bin");
      return contender("curl", [source, to], () => nginx.get(NAME, to, port));
    }, { bar: 0.4, aim: 0.25 });
    const get = contender("ftclient", [source, target], () => {
      return ourRun(bench, ourLine, "get", NAME, "-o", target);
    });
    const put = contender("ftclient", [source, stored], () => {
      return ourRun(bench, ourLine, "put", source, "--to", "laned");
    });
    const work = "of 10 MB/s for each connection";
    return [
      ...await compare(bench, `get, line ${work}`, get, [rival]),
      ...await compare(bench, `put, line ${work}`, put, [rival]),
    ];
  },
};
