/**
 * A flood of connections that never send a complete hello, and its effect on a normal client.
 *
 * @module
 */

import { join } from "node:path";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { type Bench, emptyFolder, type Outcome, quietEnv, type Row } from "../bench.ts";
import { encodeFrameHeader } from "../../lib/wire/frame.ts";
import { peakMiB } from "../../testing/programs/peak_memory.ts";

const CONNECTIONS = 1000;
const TINY_CONNECTIONS = 20;
const NAME = "one_mebibyte";
const LIMITS = ["--max-connections", "2048", "--max-connections-per-host", "2048"];

/** Opens connections that send one byte per second of an endless hello. Disposing closes them. */
async function trickle(port: number, count: number): Promise<AsyncDisposable> {
  const options = { hostname: "127.0.0.1", port };
  const opened: Deno.TcpConn[] = [];
  for (let i = 0; i < count; i++) opened.push(await Deno.connect(options));
  const start = encodeFrameHeader("HELO", 60_000);
  let sent = 0;
  const sendByte = () => {
    const byte = Uint8Array.of(start[sent++] ?? 0x20);
    for (const conn of opened) conn.write(byte).catch(() => {});
  };
  sendByte();
  const timer = setInterval(sendByte, 1000);
  return {
    [Symbol.asyncDispose]() {
      clearInterval(timer);
      for (const conn of opened) conn.close();
      return Promise.resolve();
    },
  };
}

/** Returns the median time of a download, in seconds. */
async function getSeconds(bench: Bench, url: string): Promise<number> {
  const folder = await emptyFolder(join(bench.dir, "preauth_got"));
  const env = { ...quietEnv(bench), FTCLIENT_HOST: url };
  const times: number[] = [];
  for (let run = 0; run < (bench.tiny ? 1 : Math.max(bench.runs, 3)); run++) {
    const args = ["get", NAME, "--overwrite", "-o", join(folder, String(run))];
    times.push((await runSuccessfully(bench.client, args, env)).seconds);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

/** A download of 1 MiB beside a thousand trickling connections, and the memory of the server. */
export const preauth: Row = {
  name: "preauth",
  async measure(bench: Bench): Promise<Outcome[]> {
    const root = await emptyFolder(join(bench.dir, "preauth_root"));
    const state = await emptyFolder(join(bench.dir, "preauth_state"));
    await Deno.writeFile(join(root, NAME), crypto.getRandomValues(new Uint8Array(65_536)));
    await Deno.truncate(join(root, NAME), 1 << 20);
    await using server = await ServerProcess.start({
      program: bench.serverProgram,
      ...{ root, state },
      args: [...LIMITS, "--handshake-timeout", "600"],
    });
    const connections = bench.tiny ? TINY_CONNECTIONS : CONNECTIONS;
    const alone = await getSeconds(bench, server.url);
    await using _flood = await trickle(Number(server.url.split(":").at(-1)), connections);
    const beside = await getSeconds(bench, server.url);
    const outcomes: Outcome[] = [{
      work: `get 1 MiB beside ${connections} connections without a hello`,
      ours: `${beside.toFixed(3)} s`,
      rival: `alone ${alone.toFixed(3)} s`,
      value: beside / alone,
      bar: 2,
    }];
    const peak = Deno.build.os === "linux" ? await peakMiB(server.pid) : undefined;
    if (peak === undefined) return outcomes;
    const memory = { value: peak, bar: 250, unit: "MiB" as const };
    const work = `memory of the server, ${connections} connections without a hello`;
    return [...outcomes, { work, ours: `${peak.toFixed(0)} MiB`, rival: "-", ...memory }];
  },
};
