/**
 * The bus of a cluster, over real servers of NATS.
 */

import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { delay } from "@std/async/delay";
import { parseBusAddress } from "../../lib/cluster/bus_address.ts";
import { Bus } from "../../lib/cluster/bus.ts";
import { BUS_ELECTION_MS } from "../../lib/base/limits.ts";
import { SILENT } from "../../lib/base/log.ts";
import { closedPort } from "../../testing/network/closed_port.ts";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { codeOf } from "../../testing/code_of.ts";
import { until } from "../../testing/until.ts";
import { pure } from "../../testing/pure.ts";

const open = (url: string) => Bus.open({ ...parseBusAddress(url), log: SILENT });

pure("the address of a bus names servers and a cluster, never a login", async () => {
  const address = parseBusAddress("nats://a,[::1]:5/team");
  assertEquals(address, { servers: ["a:4222", "[::1]:5"], cluster: "team", tls: false });
  assertEquals(parseBusAddress("tls://a"), { servers: ["a:4222"], cluster: "ftserver", tls: true });
  for (
    const text of [
      "a:4222",
      "https://a",
      "nats://",
      "nats://u:p@a",
      "nats://a/b/c",
      "nats://a,",
      "nats://a:0",
    ]
  ) {
    assertEquals(await codeOf(Promise.try(() => parseBusAddress(text))), "usage", text);
  }
});

Deno.test("a bus that does not answer is an error that may be retried", async () => {
  assertEquals(await codeOf(open(`nats://127.0.0.1:${closedPort()}`)), "network");
});

Deno.test({
  name: "of two servers that change a key, one is told that the other was first",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using one = await nats.bus();
    await using other = await nats.bus();
    const [a, b] = [await one.bucket("keys"), await other.bucket("keys")];
    const first = await a.swap("k", "1", 0);
    assertEquals(await b.swap("k", "2", 0), null);
    const second = await b.swap("k", "2", first!);
    assertGreater(second!, first!);
    assertEquals(await a.swap("k", "3", first!), null);
    assertEquals((await a.get("k"))?.value, "2");
    await a.remove("k");
    assertEquals((await b.get("k"))?.value ?? null, null);
    assert(await b.swap("k", "again", 0) !== null);
  },
});

Deno.test({
  name: "nobody reads a value that has been replaced, not even from a node that lags behind",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start(3);
    await using stack = new AsyncDisposableStack();
    const buses = await Promise.all([nats.bus(), nats.bus(), nats.bus()]);
    for (const bus of buses) stack.use(bus);
    const buckets = await Promise.all(buses.map((bus) => bus.bucket("keys")));
    for (let round = 0; round < 12; round++) {
      const slow = round % 3;
      nats.signal(slow, "SIGSTOP");
      const goOn = delay(60).then(() => nats.signal(slow, "SIGCONT"));
      const revision = await buckets[round % 3]!.put("k", String(round));
      // Enough of them that each node would answer some.
      const reads = Array.from({ length: 12 }, (_, i) => buckets[i % 3]!.get("k"));
      const read = (await Promise.all(reads)).map((entry) => entry?.revision);
      assertEquals(new Set(read), new Set([revision]));
      await goOn;
    }
  },
});

Deno.test({
  name: "a watch sees what is there, what changes, and what it missed while it was cut off",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using bus = await nats.bus();
    const bucket = await bus.bucket("keys");
    const seen = new Map<string, string | null>();
    const stop = new AbortController();
    await bucket.put("a", "1");
    await bucket.watch(({ key, value }) => seen.set(key, value), stop.signal);
    assertEquals([...seen], [["a", "1"]]);
    await bucket.put("b", "2");
    await until(() => seen.get("b") === "2");
    await nats.kill(0);
    await until(() => !bus.connected);
    assertEquals(await codeOf(bucket.put("c", "3")), "network");
    nats.startServer(0);
    await until(() => bus.connected);
    await bucket.remove("a");
    await bucket.put("c", "3");
    await until(() => seen.get("c") === "3" && seen.get("a") === null);
    stop.abort();
  },
});

Deno.test({
  name: "a stream has each message once and in order, over a restart of the bus",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using bus = await nats.bus();
    const stream = await bus.stream("chat", 100);
    const seen: string[] = [];
    const stop = new AbortController();
    for (const text of ["a", "b"]) await stream.publish(text, text);
    assertEquals(await stream.publish("b", "b"), 2);
    const followed = stream.follow(2, ({ text }) => void seen.push(text), stop.signal);
    await until(() => seen.length === 1);
    await nats.kill(0);
    await until(() => !bus.connected);
    nats.startServer(0);
    await until(() => bus.connected);
    for (const text of ["c", "d"]) await stream.publish(text, text);
    await until(() => seen.length === 3);
    assertEquals(seen, ["b", "c", "d"]);
    assertEquals(await stream.range(), { first: 1, last: 4 });
    stop.abort();
    await followed;
  },
});

Deno.test({
  name: "three servers of NATS lose one, and the bus goes on",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start(3);
    await using bus = await nats.bus();
    const bucket = await bus.bucket("keys");
    await bucket.put("k", "1");
    for (const i of [0, 1, 2]) {
      await nats.kill(i);
      while (await codeOf(bucket.put("k", String(i))) !== "done") await delay(50);
      assertEquals((await bucket.get("k"))?.value, String(i));
      nats.startServer(i);
      await until(() => bus.connected);
    }
  },
});

Deno.test({
  name: "a watch begins while its keys change and lapse",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using bus = await nats.bus();
    const bucket = await bus.bucket("keys", { ttlMs: 500 });
    const changing = new AbortController();
    const changes = (async () => {
      for (let i = 0; !changing.signal.aborted; i++) await bucket.put(`k${i % 3}`, String(i));
    })();
    await using _changes = {
      [Symbol.asyncDispose]() {
        changing.abort();
        return changes;
      },
    };
    for (let i = 0; i < 30; i++) {
      const stop = new AbortController();
      const seen = new Map<string, string | null>();
      await bucket.put("stable", String(i));
      await bucket.watch(({ key, value }) => seen.set(key, value), stop.signal);
      stop.abort();
      assertEquals(seen.get("stable"), String(i));
    }
  },
});

Deno.test({
  name: "whoever follows the bus hears on soon after the node died that told them",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start(3);
    await using writer = await nats.bus();
    await using follower = await nats.bus();
    const stop = new AbortController();
    const heard = { bucket: "", stream: "" };
    const [keys, texts] = [await writer.bucket("keys"), await writer.stream("chat", 100)];
    await (await follower.bucket("keys")).watch(({ value }) => {
      heard.bucket = value ?? "";
    }, stop.signal);
    const followed = (await follower.stream("chat", 100)).follow(1, ({ text }) => {
      heard.stream = text;
    }, stop.signal);
    for (const i of [0, 1, 2]) {
      await nats.kill(i);
      const text = `after ${i}`;
      while (await codeOf(keys.put("k", text)) !== "done") await delay(50);
      while (await codeOf(texts.publish(text, text)) !== "done") await delay(50);
      const beganMs = performance.now();
      await until(() => heard.bucket === text && heard.stream === text);
      const ms = performance.now() - beganMs;
      // Beginning again may have to wait for an election.
      assertLess(ms, BUS_ELECTION_MS);
      nats.startServer(i);
      await nats.current(i);
    }
    stop.abort();
    await followed;
  },
});
