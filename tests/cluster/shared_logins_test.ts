/**
 * Failed logins that the servers of a cluster count together.
 */

import { assertEquals, assertGreater } from "@std/assert";
import { LoginGuard } from "../../lib/auth/login_guard.ts";
import { LOGIN_BAN_MS, MAX_FAILED_LOGINS, MAX_SHARED_LOGIN_BYTES } from "../../lib/base/limits.ts";
import { SILENT } from "../../lib/base/log.ts";
import { parseBusAddress } from "../../lib/cluster/bus_address.ts";
import { busClock } from "../../lib/cluster/bus_clock.ts";
import { SharedLogins } from "../../lib/cluster/shared_logins.ts";
import { Cluster } from "../../lib/server/cluster.ts";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { codeOf } from "../../testing/code_of.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { until } from "../../testing/until.ts";

const HOST = "2001:db8:0:1::/64";
const wrong = { slow: false, prove: () => undefined };
const right = { slow: false, prove: () => "ana" };

/** One server, as far as logins are concerned. Its clock advances when an attempt waits. */
async function server(nats: Nats, ttlMs = LOGIN_BAN_MS) {
  const bus = await nats.bus();
  const bucket = await bus.bucket("logins", { ttlMs, maxBytes: MAX_SHARED_LOGIN_BYTES });
  let nowMs = 1e9;
  const wait = (ms: number) => Promise.resolve(void (nowMs += ms));
  const guard = new LoginGuard({ now: () => nowMs, wait });
  const shared = SharedLogins.start(guard, bucket, await busClock(bucket));
  return {
    ...{ bus, bucket, guard },
    fail: (host = HOST) => codeOf(guard.attempt(host, wrong)),
    enter: (host = HOST) => codeOf(guard.attempt(host, right)),
    async [Symbol.asyncDispose]() {
      shared[Symbol.dispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

/** The failures that all servers have counted. */
async function counted({ bucket }: Awaited<ReturnType<typeof server>>): Promise<number> {
  let sum = 0;
  const stop = new AbortController();
  await bucket.watch(({ value }) => sum += Number(value) || 0, stop.signal);
  stop.abort();
  return sum;
}

Deno.test({
  name: "a host that one server bans is banned at all within a second, and at one that joins later",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using one = await server(nats);
    await using other = await server(nats);
    assertEquals(await other.enter(), "done");
    for (let i = 0; i < MAX_FAILED_LOGINS; i++) assertEquals(await one.fail(), "not_allowed");
    assertEquals(await one.enter(), "limit");
    const bannedMs = performance.now();
    await until(async () => await other.enter() === "limit");
    assertGreater(1000, performance.now() - bannedMs);
    await using dir = await tempDir();
    const guard = new LoginGuard();
    const own = { state: dir.path, log: SILENT, guard };
    await using _cluster = await Cluster.join(parseBusAddress(nats.url), own);
    await until(async () => await codeOf(guard.attempt(HOST, right)) === "limit");
    assertEquals(await codeOf(guard.attempt("192.0.2.1", right)), "done");
  },
});

Deno.test({
  name: "failures at several servers add up, each of them once",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using one = await server(nats);
    await using other = await server(nats);
    for (let i = 1; i <= MAX_FAILED_LOGINS; i++) {
      assertEquals(await (i % 2 ? one : other).fail(), "not_allowed");
      await until(async () => await counted(one) === i);
    }
    for (const { enter } of [one, other]) await until(async () => await enter() === "limit");
    const hosts = Array.from({ length: 5 }, (_, i) => `192.0.2.${i}`);
    const attempts = [one, other].flatMap(({ fail }) => hosts.map(fail));
    assertEquals(new Set(await Promise.all(attempts)), new Set(["not_allowed"]));
    await until(async () => await counted(one) === MAX_FAILED_LOGINS + 10);
  },
});

Deno.test({
  name: "failures while the bus is away count here at once, and at the others when it is back",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using one = await server(nats);
    await using other = await server(nats);
    await nats.kill(0);
    await until(() => !one.bus.connected && !other.bus.connected);
    for (let i = 0; i < MAX_FAILED_LOGINS; i++) await one.fail();
    assertEquals([await one.enter(), await other.enter()], ["limit", "done"]);
    nats.startServer(0);
    await until(async () => await other.enter() === "limit");
  },
});

Deno.test({
  name: "what the bus has of a ban lapses, and what no server wrote is ignored",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using one = await server(nats, 1500);
    await one.bucket.put("host./", "9");
    await one.bucket.put("host", "99");
    await one.bucket.put(`host.${btoa("h").replace(/=+/, "")}`, "many");
    for (let i = 0; i < MAX_FAILED_LOGINS; i++) await one.fail();
    await until(async () => await counted(one) === 0);
    await using later = await server(nats, 1500);
    assertEquals(await counted(later), 0);
    assertEquals([await later.enter(), await later.enter("h")], ["done", "done"]);
  },
});
