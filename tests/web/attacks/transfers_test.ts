/**
 * What happens around transfers over HTTP: their user, the quota, other clients and the server itself.
 */

import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Rules } from "../../../lib/auth/rules.ts";
import { Users } from "../../../lib/auth/users.ts";
import { BLOCK_BYTES, STOP_TIMEOUT_MS } from "../../../lib/base/limits.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { cpuMs } from "../../../testing/cpu_time.ts";
import { type RawPeer, rawPeer } from "../../../testing/network/raw_peer.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const HOST = "Host: localhost";
/** More than the buffers of the system take. */
const LARGE = 40 * BLOCK_BYTES;

/** Writes a file without content, as large as the tests need. */
function sparse(server: WebServer, name: string, bytes: number): void {
  using file = Deno.openSync(join(server.root, name), { write: true, create: true });
  file.truncateSync(bytes);
}

/** Waits until so many connections are open. */
async function untilOpen(server: WebServer, connections: number): Promise<void> {
  while (server.server.status().connections.open > connections) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A client that asks for a file and reads nothing. */
async function unread(server: WebServer, name: string): Promise<RawPeer> {
  const peer = await rawPeer(server.webUrl);
  await peer.say(`GET /files/${name} HTTP/1.1\r\n${HOST}\r\n\r\n`);
  return peer;
}

Deno.test("slow-reader-does-not-stall-others: a GET beside clients that read nothing, which are cut", async () => {
  await using server = await webServer({ idleTimeoutMs: 2000 });
  sparse(server, "large", LARGE);
  const content = sampleBytes(3 * BLOCK_BYTES);
  await Deno.writeFile(join(server.root, "a"), content);
  using stack = new DisposableStack();
  const slow = await Promise.all(Array.from({ length: 24 }, () => unread(server, "large")));
  for (const peer of slow) stack.use(peer);
  const got = await server.fetch("/files/a").then((response) => response.bytes());
  assertEquals(got, content);
  await untilOpen(server, 0);
});

Deno.test("a removed user: the running GET ends, a running PUT stores nothing, the next request is refused", async () => {
  await using server = await webServer({ anonymous: "none" });
  sparse(server, "large", LARGE);
  using database = openAuthDatabase(server.state);
  const users = new Users(database);
  await users.add("ana", "write", "password");
  const auth = `Authorization: Basic ${new TextEncoder().encode("ana:password").toBase64()}`;
  using getting = await rawPeer(server.webUrl);
  await getting.say(`GET /files/large HTTP/1.1\r\n${HOST}\r\n${auth}\r\n\r\n`);
  assertEquals(await getting.line(), "HTTP/1.1 200 OK");
  using putting = await rawPeer(server.webUrl);
  await putting.say(`PUT /files/new HTTP/1.1\r\n${HOST}\r\n${auth}\r\nContent-Length: 3\r\n\r\na`);
  await server.event("transfer.start", { op: "put" });
  users.remove("ana");
  const status = () =>
    server.fetch("/files/", { headers: { authorization: auth.slice("Authorization: ".length) } })
      .then(async (response) => (await response.body?.cancel(), response.status));
  while (await status() === 200);
  await putting.say("bc");
  assertMatch((await putting.line())!, /^HTTP\/1\.1 40[13] /);
  await getting.finish();
  assert((await getting.rest()).length >= LARGE);
  const left = [...Deno.readDirSync(server.root)].map(({ name }) => name).sort();
  assertEquals(left, [".ftserver", "large"]);
  assertEquals([...Deno.readDirSync(join(server.root, ".ftserver/staging"))], []);
});

Deno.test("quota-pipelined: uploads at once, of which each fits, do not exceed a quota together", async () => {
  const quota = 100_000;
  await using server = await webServer();
  using database = openAuthDatabase(server.state);
  new Rules(database).add({
    ...{ subject: "*", effect: "quota", actions: [], path: "box", bytes: quota },
  });
  await Deno.mkdir(join(server.root, "box"));
  const put = async (path: string, method = "PUT", destination = "") => {
    const body = method === "PUT" ? new Uint8Array(60_000) : undefined;
    const response = await server.fetch(path, { method, body, headers: { destination } });
    await response.body?.cancel();
    return response.status;
  };
  const held = () => {
    const names = [...Deno.readDirSync(join(server.root, "box"))];
    return names.reduce(
      (sum, { name }) => sum + Deno.statSync(`${server.root}/box/${name}`).size,
      0,
    );
  };
  const names = Array.from({ length: 8 }, (_, i) => `${i}`);
  const statuses = await Promise.all(names.map((name) => put(`/files/box/${name}`)));
  assertEquals(statuses.filter((status) => status === 201).length, 1);
  assertEquals(statuses.filter((status) => status === 507).length, 7);
  for (const name of names) assertEquals(await put(`/files/out${name}`), 201);
  const moves = names.map((name, i) =>
    put(`/files/out${name}`, i % 2 === 0 ? "COPY" : "MOVE", `/files/box/in${name}`)
  );
  assertEquals(new Set(await Promise.all(moves)), new Set([507]));
  assertLess(held(), quota);
});

Deno.test("drain-deadline-is-a-deadline: while answers that nobody reads are under way", async () => {
  const drainTimeoutMs = 300;
  await using server = await webServer({ drainTimeoutMs });
  sparse(server, "large", LARGE);
  using stack = new DisposableStack();
  for (let i = 0; i < 8; i++) stack.use(await unread(server, "large"));
  for (let i = 1; i <= 8; i++) await server.event("transfer.start", { transfer: i });
  const start = performance.now();
  await server.server.drain();
  assertLess(performance.now() - start, drainTimeoutMs + STOP_TIMEOUT_MS + 5000);
});

Deno.test("hash-work-outlives-its-client: a digest that was wanted, and a first GET, end with the client", async () => {
  await using server = await webServer();
  const wanted = "Want-Repr-Digest: sha-256=1\r\n";
  for (const [name, head] of [["one", `HEAD|${wanted}`], ["two", "GET|"]] as const) {
    sparse(server, name, 16_384 * BLOCK_BYTES);
    const [method, field] = head.split("|");
    const socket = connect(Number(new URL(server.webUrl).port), "127.0.0.1");
    socket.write(`${method} /files/none HTTP/1.1\r\n${HOST}\r\n\r\n`);
    await once(socket, "data");
    const spent = await cpuMs(async () => {
      socket.write(`${method} /files/${name} HTTP/1.1\r\n${HOST}\r\n${field}\r\n`);
      socket.resetAndDestroy();
      await untilOpen(server, 0);
    });
    assertLess(spent, 2000, name);
  }
});

Deno.test("max-connections-counts-preauth: too many connections are told to come back", async () => {
  await using server = await webServer({ maxConnections: 4, maxConnectionsPerHost: 4 });
  {
    using stack = new DisposableStack();
    for (let i = 0; i < 4; i++) {
      const peer = stack.use(await rawPeer(server.webUrl));
      await peer.say(`GET /files/ HTTP/1.1\r\n${HOST}\r\nAccept: text/plain\r\n\r\n`);
      assertEquals(await peer.line(), "HTTP/1.1 200 OK");
    }
    const answer = await server.raw("GET /files/ HTTP/1.1", HOST, "", "");
    assertMatch(answer, /^HTTP\/1\.1 503 .*\r\n[^]*retry-after: \d+\r\n[^]*"code":"limit"/);
  }
  await untilOpen(server, 0);
  assertMatch(await server.raw("GET /files/ HTTP/1.1", HOST, "", ""), /^HTTP\/1\.1 200 /);
});
