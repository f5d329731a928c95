/**
 * `deno task cluster:demo`: starts NATS, an object store and three servers, kills the server of an
 * upload, which goes on at another one, shows a chat over two servers, and cleans up, also after
 * Ctrl-C.
 *
 * @module
 */

import { bold, cyan, dim, green, red, setColorEnabled } from "@std/fmt/colors";
import { FtError } from "../lib/base/errors.ts";
import { formatBytes } from "../lib/base/format_bytes.ts";
import { raceSignal } from "../lib/base/signals.ts";
import { Bucket } from "../lib/object_store/bucket.ts";
import { NEEDS_CEPH } from "../testing/ceph/ceph.ts";
import { type Cluster, startCluster } from "../testing/cluster/cluster.ts";
import { NEEDS_NATS } from "../testing/cluster/nats.ts";
import { fileSha256, sampleBytes } from "../testing/content.ts";
import { programFromTask } from "../testing/programs/program.ts";
import { type Finished, RunningProgram } from "../testing/programs/running_program.ts";
import { tempDir } from "../testing/temp_dir.ts";
import { until } from "../testing/until.ts";

const FILE = "film.bin";
const FILE_BYTES = 24 * 1024 * 1024;
/** Slow enough to be caught in the middle. */
const RATE = "8Mi";
const INTERRUPTED = 130;

/** Runs `ftclient`, and shows how. */
type Start = (...words: readonly string[]) => RunningProgram;

async function main(signal: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { path: home, join } = stack.use(await tempDir());
  console.log("Starting 3 nodes of NATS, a Ceph and 3 servers, which takes a while …");
  const starting = startCluster({ osds: 1 });
  stack.defer(async () => await (await starting.catch(() => null))?.[Symbol.asyncDispose]());
  const cluster = await raceSignal(starting, signal);
  console.log("The servers share the files in one bucket, locks, users and the chat:");
  for (const [i, { url, pid }] of cluster.servers.entries()) {
    console.log(`  ${bold("ABC"[i]!)}  ${url}  ${dim(`process ${pid}`)}`);
  }
  const program = await programFromTask("ftclient");
  const env = { XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, NO_COLOR: "1" };
  const start = (...words: readonly string[]) => {
    console.log(`${dim("$")} ${cyan(`ftclient ${words.join(" ")}`)}`);
    const options = { env, cwd: home, stdin: words[0] === "chat" ? "" : undefined };
    return stack.use(RunningProgram.start(program, words, options));
  };
  await Deno.writeFile(join(FILE), sampleBytes(FILE_BYTES));
  await raceSignal(killAndResume(cluster, start, join), signal);
  await raceSignal(talk(cluster, start), signal);
}

async function killAndResume(
  cluster: Cluster,
  start: Start,
  join: (name: string) => string,
): Promise<void> {
  console.log(`\n${bold("The server of an upload is killed")}`);
  const hosts = cluster.hosts();
  const put = start("put", FILE, "--host", hosts, "--bwlimit", RATE, "--json");
  await until(async () => await storedParts(cluster) >= 2);
  await cluster.killServer(0);
  console.log("  Two parts of the file are in the store: server A is killed");
  const { stdout, stderr } = await succeeded(put);
  const lines = stderr.trim().split("\n").filter((line) => !/: \d+ %/.test(line));
  for (const line of lines) console.log(`  ${dim(line)}`);
  const { moved } = JSON.parse(stdout.trim().split("\n").at(-1)!);
  console.log(`  ${formatBytes(FILE_BYTES)} are stored; ${formatBytes(moved)} crossed the network`);
  await succeeded(start("get", FILE, "--host", cluster.hosts(2), "-o", "back.bin", "-q"));
  const [sent, received] = [await fileSha256(join(FILE)), await fileSha256(join("back.bin"))];
  if (sent !== received) throw new Error("the file has changed on its way");
  console.log(`  ${green("same")}  ${dim(`sha256 ${sent}`)}`);
}

/** Records of parts of uploads that are in the store. Each has at least one. */
async function storedParts({ store }: Cluster): Promise<number> {
  let count = 0;
  const prefix = ".ftserver/stages/";
  for await (const page of new Bucket(store).pages({ prefix, flat: true })) {
    count += page.filter(({ key }) => /\/parts-\d+-/.test(key)).length;
  }
  return count;
}

async function talk(cluster: Cluster, start: Start): Promise<void> {
  console.log(`\n${bold("A chat over two servers")}`);
  const [, b, c] = cluster.servers.map(({ url }) => url);
  const chat = (name: string, host: string) =>
    start("chat", "--name", name, "--linger", "60", "--host", host);
  const [ana, bob] = [chat("ana", b!), chat("bob", c!)];
  await Promise.all([ana, bob].map((one) => one.reported(/joined the chat as/)));
  await succeeded(start("say", "Hello bob, I am at server B", "--to", "bob", "--host", b!));
  console.log(`  bob reads: ${await bob.printed(/^.*I am at server B$/m)}`);
  await succeeded(start("say", "Hello all, I am at server C", "--host", c!));
  console.log(`  ana reads: ${await ana.printed(/^.*I am at server C$/m)}`);
}

async function succeeded({ finished }: RunningProgram): Promise<Finished> {
  const ended = await finished;
  if (ended.code !== 0) throw new Error(`ftclient ended with ${ended.code}: ${ended.stderr}`);
  return ended;
}

setColorEnabled(!Deno.noColor && Deno.stdout.isTerminal());
for (const { ignore, reason } of [NEEDS_NATS, NEEDS_CEPH]) {
  if (!ignore) continue;
  console.error(`${red("cluster:demo cannot run:")} ${reason}`);
  console.error("On Debian: apt-get install nats-server ceph-mon ceph-osd radosgw");
  Deno.exit(1);
}
const interrupt = new AbortController();
const stop = () => {
  console.log("\nStopping …");
  interrupt.abort(new FtError("interrupted", "interrupted"));
};
for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
try {
  await main(interrupt.signal);
  console.log("\nAll processes have ended, and their files are removed.");
  Deno.exit(0);
} catch (error) {
  if (interrupt.signal.aborted) Deno.exit(INTERRUPTED);
  console.error(`${red("demo failed:")} ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
