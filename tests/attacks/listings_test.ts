import { assertLess } from "@std/assert";
import {
  FAREWELL_TIMEOUT_MS,
  MAX_REQUESTS_IN_FLIGHT,
  STOP_TIMEOUT_MS,
} from "../../lib/base/limits.ts";
import { NativePeer } from "../../testing/network/native_peer.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { pingMs } from "./ping.ts";

/** Files in the listed folder: 128 listings of them at once kept a server busy for seconds. */
const FILES = 2000;
/** Heap that 128 listings may take while nobody reads them, in bytes. */
const MAX_GROWTH_BYTES = 48 << 20;
/** The longest that another client may wait for an answer, in milliseconds. */
const MAX_PING_MS = 1500;

/** A server over a folder with many files in two folders, and what a drain may take. */
async function crowded(files = FILES, drainTimeoutMs?: number): Promise<TestServer> {
  const server = await testServer({ anonymous: "read", drainTimeoutMs });
  for (const folder of ["a", "b"]) {
    Deno.mkdirSync(`${server.root}/${folder}`);
    for (let i = 0; i < files / 2; i++) {
      Deno.writeFileSync(`${server.root}/${folder}/${`${i}`.padStart(60, "n")}`, new Uint8Array());
    }
  }
  return server;
}

/** A client that begins as many recursive listings as it may, and reads nothing. */
async function attack({ url }: TestServer): Promise<NativePeer> {
  const peer = await NativePeer.greet(url);
  for (let id = 1; id <= MAX_REQUESTS_IN_FLIGHT; id++) {
    await peer.request(id, { op: "list", path: ".", recursive: true });
  }
  return peer;
}

/** Counts names that are looked at, until disposed. */
function countLooks(): Disposable & { readonly count: number } {
  const { lstatSync } = Deno;
  let count = 0;
  Deno.lstatSync = (path) => {
    count++;
    return lstatSync(path);
  };
  return {
    get count() {
      return count;
    },
    [Symbol.dispose]: () => void (Deno.lstatSync = lstatSync),
  };
}

Deno.test("unbounded-listing-outlives-its-client: 128 listings that nobody reads", async () => {
  await using server = await crowded();
  await using other = await NativePeer.greet(server.url);
  await pingMs(other);
  using looks = countLooks();
  const before = Deno.memoryUsage().heapUsed;
  const attacker = await attack(server);
  const waits: number[] = [];
  const heaps: number[] = [];
  // Another client's pings, for as long as the listings run, and then some.
  for (let seen = -1; looks.count !== seen || waits.length < 20;) {
    seen = looks.count;
    waits.push(await pingMs(other), await pingMs(other));
    heaps.push(Deno.memoryUsage().heapUsed);
  }
  const unread = looks.count;
  await attacker[Symbol.asyncDispose]();
  await server.event("connection.close");
  const closed = looks.count;
  await pingMs(other);
  await pingMs(other);
  // A folder that is just being read is read to its end.
  assertLess(looks.count - closed, 10);
  assertLess(Math.max(...heaps) - before, MAX_GROWTH_BYTES);
  assertLess(Math.max(...waits), MAX_PING_MS);
  // Nobody reads, so the listings are not even half done.
  assertLess(unread, MAX_REQUESTS_IN_FLIGHT * FILES / 2);
});

Deno.test("unbounded-listing-outlives-its-client: a client that leaves at once", async () => {
  await using server = await crowded();
  using looks = countLooks();
  const attacker = await attack(server);
  await attacker[Symbol.asyncDispose]();
  const startedMs = performance.now();
  await server.event("connection.close");
  const ms = performance.now() - startedMs;
  assertLess(ms, 1000);
  assertLess(looks.count, 10 * FILES);
});

Deno.test("unbounded-listing-outlives-its-client: a client that cancels its listings", async () => {
  await using server = await crowded();
  using looks = countLooks();
  await using attacker = await attack(server);
  for (let id = 1; id <= MAX_REQUESTS_IN_FLIGHT; id++) await attacker.sendOn(id, "STOP");
  await attacker.request(1000, { op: "list", path: "a", recursive: false });
  // Cancelled listings give up their places, so a new one starts at once.
  await attacker.next(1000, "RPLY");
  const { count } = looks;
  await pingMs(attacker);
  assertLess(looks.count - count, 10);
  assertLess(count, 10 * FILES);
});

Deno.test("unbounded-listing-outlives-its-client: many connections", async () => {
  await using server = await crowded();
  await using other = await NativePeer.greet(server.url);
  await pingMs(other);
  await using stack = new AsyncDisposableStack();
  const startedMs = performance.now();
  for (let i = 0; i < 8; i++) stack.use(await attack(server));
  for (let i = 0; i < 20; i++) await pingMs(other);
  // Eight hellos and twenty pings, while the listings run.
  assertLess(performance.now() - startedMs, 8 * MAX_PING_MS);
});

Deno.test("unbounded-listing-outlives-its-client: a removal ends, too", async () => {
  await using server = await testServer();
  for (let i = 0; i < 500; i++) Deno.mkdirSync(`${server.root}/d/${i}`, { recursive: true });
  await using peer = await NativePeer.greet(server.url);
  await peer.request(1, { op: "remove", path: "d", recursive: true });
  await peer[Symbol.asyncDispose]();
  await server.event("connection.close");
  const left = [...Deno.readDirSync(`${server.root}/d`)].length;
  assertLess(400, left);
});

Deno.test("drain-deadline-is-a-deadline: while listings that nobody reads run", async () => {
  await using server = await crowded(2 * FILES, 100);
  using looks = countLooks();
  await using attacker = await attack(server);
  while (looks.count < 1000) await pingMs(attacker);
  const startedMs = performance.now();
  await server.server.drain();
  const ms = performance.now() - startedMs;
  assertLess(ms, 2000);
});

Deno.test("drain-deadline-is-a-deadline: whatever runs", async () => {
  // A version would be kept by a rename.
  await using server = await testServer({ drainTimeoutMs: 50, versions: { versions: 0 } });
  Deno.writeTextFileSync(`${server.root}/f`, "");
  await using remote = await server.connect();
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { remove } = Deno;
  // A removal that does not end, as on a network disk that does not answer.
  Deno.remove = () => {
    begun.resolve();
    return gate.promise;
  };
  try {
    const removed = remote.files.remove("f").catch(() => {});
    await begun.promise;
    const startedMs = performance.now();
    await server.server.drain();
    assertLess(performance.now() - startedMs, 50 + FAREWELL_TIMEOUT_MS + STOP_TIMEOUT_MS + 1000);
    await server.event("drain.unfinished", { connections: 1 });
    await server.server[Symbol.asyncDispose]();
    await removed;
  } finally {
    Deno.remove = remove;
    gate.resolve();
  }
  await server.server.finished;
});
