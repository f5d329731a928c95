/**
 * HTTP: downloads and uploads by `curl`, beside nginx and our own protocol.
 *
 * @module
 */

import { join } from "node:path";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import type { ServerProcess } from "../../testing/programs/server_process.ts";
import { type Bench, type Outcome, type Row } from "../bench.ts";
import { compare, versus } from "../compare.ts";
import { findProgram } from "../rivals/daemon.ts";
import { BIG, bigFile, freshServer, getter } from "./get.ts";
import { peakMiB } from "../../testing/programs/peak_memory.ts";
import { ourPut, putter } from "./put.ts";

const BARS = { bar: 1.5, aim: 1.1 };
const GETS_AT_ONCE = 8;
const SLOW_CONNECTIONS = 1000;
/** Connections of a tiny run. */
const FEW_CONNECTIONS = 20;

/** Runs `curl`, which trusts any certificate, as those of both servers are their own. */
async function curl(...args: readonly string[]): Promise<void> {
  await runSuccessfully({ path: "curl", args: ["-ksSf", ...args] }, []);
}

/** Returns a row that needs `curl`, and is empty where that is not installed. */
function withCurl(name: string, measure: Row["measure"]): Row {
  return {
    name,
    measure: async (bench) => await findProgram("curl") === undefined ? [] : await measure(bench),
  };
}

/** Starts a server with HTTP over its own folder with the large file. */
function webServer(bench: Bench, name: string, scheme = "http"): Promise<ServerProcess> {
  const limits = ["--max-connections", "2000", "--max-connections-per-host", "2000"];
  const args = ["--web", `${scheme}://127.0.0.1:0`, ...limits];
  return freshServer(bench, name, { args });
}

/** Compares downloads. The first run, which is not counted, verifies by SHA-256. */
async function gets(bench: Bench, scheme: "http" | "https"): Promise<Outcome[]> {
  const source = await bigFile(bench);
  await using server = await webServer(bench, `${scheme}_get`, scheme);
  const from = (name: string, url: string, prepare?: () => Promise<unknown>) =>
    getter(bench, `${scheme}_${name}`, (target) => curl("-o", target, url), prepare);
  const { nginx } = bench.rivals;
  const port = scheme === "http" ? nginx?.port : nginx?.tlsPort;
  const rivals = (bars = {}) =>
    versus("nginx", port, (port) => from("nginx", `${scheme}://127.0.0.1:${port}/${BIG}`), bars);
  const url = `${server.webUrl}/files/${BIG}`;
  const work = scheme === "http" ? "get over HTTP by curl" : "get over HTTPS by curl";
  const again = await compare(bench, work, await from("ours", url), [await rivals(BARS)]);
  const touch = () => Deno.utime(source, new Date(), new Date());
  const first = await compare(bench, `${work}, first time`, await from("first", url, touch), [
    await rivals(),
  ]);
  return [...again, ...first];
}

/** Plaintext, against nginx. */
export const httpGet: Row = withCurl("http-get", (bench) => gets(bench, "http"));

/** TLS 1.3, against nginx. */
export const httpTls: Row = withCurl("http-tls", (bench) => gets(bench, "https"));

/** Against the native protocol: both verify, and both make durable. */
export const httpPut: Row = withCurl("http-put", async (bench) => {
  const source = await bigFile(bench);
  await using server = await webServer(bench, "http_put");
  const at = { ...bench, root: join(bench.dir, "http_put_root") };
  const ours = await putter(at, "curl", async (folder) => {
    await curl("-o", "/dev/null", "-T", source, `${server.webUrl}/files/${folder}/`);
  });
  return await compare(bench, "put over HTTP by curl", ours, [
    await versus("ftclient put", server.url, (url) => {
      return putter(at, "native", (folder) => ourPut(bench, folder, url));
    }, { bar: 1.2 }),
  ]);
});

/** A new server during eight downloads. */
export const httpMemory: Row = withCurl("http-memory", async (bench) => {
  if (Deno.build.os !== "linux") return [];
  await using server = await webServer(bench, "http_memory");
  const get = () => curl("-o", "/dev/null", `${server.webUrl}/files/${BIG}`);
  await Promise.all(Array.from({ length: GETS_AT_ONCE }, get));
  const value = await peakMiB(server.pid) ?? NaN;
  const work = `memory of the server, ${GETS_AT_ONCE} gets over HTTP at once`;
  const ours = `${value.toFixed(0)} MiB`;
  return [{ work, ours, rival: "-", value, bar: 150, unit: "MiB" }];
});

/** Connections whose requests never end. Disposing closes them. */
async function slowConnections(url: string, count: number): Promise<Disposable> {
  const { hostname, port } = new URL(url);
  using stack = new DisposableStack();
  for (let i = 0; i < count; i++) {
    const conn = stack.use(await Deno.connect({ hostname, port: Number(port) }));
    await conn.write(new TextEncoder().encode("GET /files/ HTTP/1.1\r\nhost: loc"));
  }
  return stack.move();
}

/** A download beside a thousand connections whose requests never end, and without them. */
export const httpSlow: Row = withCurl("http-slow", async (bench) => {
  await using server = await webServer(bench, "http_slow");
  const run = () => curl("-o", "/dev/null", `${server.webUrl}/files/${BIG}`);
  const count = bench.tiny ? FEW_CONNECTIONS : SLOW_CONNECTIONS;
  let slow: Disposable | undefined;
  const ours = {
    name: "curl",
    prepare: async () => slow = await slowConnections(server.webUrl!, count),
    run,
    clean: () => Promise.resolve(slow?.[Symbol.dispose]()),
  };
  return await compare(bench, `get over HTTP beside ${count} slow connections`, ours, [
    await versus("alone", run, (run) => ({ name: "alone", run }), { bar: 2 }),
  ]);
});
