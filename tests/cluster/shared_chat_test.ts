/**
 * One chat over several servers, with a real NATS.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import { FtError } from "../../lib/base/errors.ts";
import { SEAT_BEAT_MS, SEAT_LAPSE_MS } from "../../lib/base/limits.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { ChatSeat } from "../../lib/chat/seat.ts";
import { Bus } from "../../lib/cluster/bus.ts";
import { SharedChat } from "../../lib/cluster/shared_chat.ts";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { codeOf } from "../../testing/code_of.ts";
import { until } from "../../testing/until.ts";

/** The hub of one server of a cluster. */
async function server(nats: Nats) {
  const bus = await nats.bus();
  const open = await SharedChat.open(bus);
  let hub!: Hub;
  const chat = await open((make) => hub = new Hub({ bus: make }));
  return {
    ...{ bus, hub },
    names: () => hub.who().map(({ name }) => name).toSorted().join(),
    async [Symbol.asyncDispose]() {
      chat[Symbol.dispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

async function scene() {
  const nats = await Nats.start();
  const [one, other] = [await server(nats), await server(nats)];
  const stack = new AsyncDisposableStack();
  for (const resource of [nats, other, one]) stack.use(resource);
  return { nats, one, other, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** A client in the chat, and what it read. */
function client(hub: Hub, name: string, identity: string, after?: number) {
  const seat: ChatSeat = hub.join({ name, dialect: "native", after }, { identity });
  const read: string[] = [];
  const sequences: number[] = [];
  const ended = (async () => {
    try {
      for await (const { kind, from, text, sequence } of seat.messages) {
        if (kind === "message") sequences.push(sequence);
        read.push(kind === "message" ? `${from}: ${text}` : `* ${text}`);
      }
      return "left";
    } catch (error) {
      return (error as FtError).code;
    }
  })();
  const said = () => read.filter((line) => !line.startsWith("*"));
  return { seat, read, said, sequences, ended };
}

Deno.test({
  name: "clients of different servers see each other, and each message once and in one order",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    const [ana, bob] = [client(one.hub, "ana", "A"), client(other.hub, "bob", "B")];
    await until(() => one.names() === "ana,bob" && other.names() === "ana,bob");
    await Promise.all(Array.from({ length: 20 }, async (_, i) => {
      await (i % 2 ? ana : bob).seat.say(`m${i}`);
    }));
    const watcher = client(other.hub, "eve", "E", 0);
    await until(() => watcher.said().length === 20);
    await until(() => ana.said().length === 10 && bob.said().length === 10);
    assertEquals(watcher.sequences, watcher.sequences.toSorted((a, b) => a - b));
    const merged = [...ana.sequences, ...bob.sequences].toSorted((a, b) => a - b);
    assertEquals(merged, watcher.sequences);
    await until(() => ana.read.includes("* bob joined") && ana.read.includes("* eve joined"));
    bob.seat[Symbol.dispose]();
    await until(() => ana.read.includes("* bob left") && one.names() === "ana,eve");
  },
});

Deno.test({
  name: "a direct message reaches its receiver on another server, and nobody else",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    const [ana, bob] = [client(one.hub, "ana", "A"), client(other.hub, "bob", "B")];
    const eve = client(other.hub, "eve", "E");
    await until(() => one.names() === "ana,bob,eve");
    await ana.seat.say("secret", "bob");
    await ana.seat.say("open");
    await until(() => eve.said().length === 1);
    assertEquals([bob.said(), eve.said()], [["ana: secret", "ana: open"], ["ana: open"]]);
    assertEquals(await codeOf(Promise.try(() => ana.seat.say("x", "nobody"))), "not_found");
    one.hub.kick("bob");
    assertEquals(await bob.ended, "not_allowed");
  },
});

Deno.test({
  name: "one name is given once, and two servers that give it at the same time keep one seat",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    client(one.hub, "ana", "A");
    await until(() => other.names() === "ana");
    assertEquals(client(other.hub, "ana", "B").seat.name, "ana2");
    const both = [client(one.hub, "race", "C"), client(other.hub, "race", "D")];
    await until(() => [one, other].every(({ names }) => names() === "ana,ana2,race"));
    const ends = await Promise.race(both.map(({ ended }) => ended));
    assertEquals(ends, "conflict");
  },
});

Deno.test({
  name: "a client that goes to another server misses nothing and repeats nothing",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    const [ana, bob] = [client(one.hub, "ana", "A"), client(other.hub, "bob", "B")];
    await until(() => one.names() === "ana,bob");
    await bob.seat.say("before");
    await until(() => ana.said().length === 1);
    await one[Symbol.asyncDispose]();
    await bob.seat.say("while ana is away");
    await bob.seat.say("for ana", "bob");
    const again = client(other.hub, "ana", "A", ana.sequences.at(-1));
    await bob.seat.say("after");
    await until(() => again.said().length === 2);
    assertEquals(again.seat.name, "ana");
    assertEquals(again.said(), ["bob: while ana is away", "bob: after"]);
  },
});

Deno.test({
  name:
    "a new server has the last messages; one without the bus sends none, and does so again later",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { nats, one } = cluster;
    const ana = client(one.hub, "ana", "A");
    await ana.seat.say("first");
    await using late = await server(nats);
    const bob = client(late.hub, "bob", "B", 0);
    await until(() => bob.said().join() === "ana: first");
    await nats.kill(0);
    await until(() => !one.bus.connected);
    const error = await assertRejects(async () => await ana.seat.say("lost"), FtError);
    assertEquals([error.code, error.retryable], ["network", true]);
    nats.startServer(0);
    await until(async () => await codeOf(Promise.try(() => ana.seat.say("again"))) === "done");
    await until(() => bob.said().join() === "ana: first,ana: again");
  },
});

Deno.test({
  name: "a client takes its seat with it to another server, and nobody else takes it",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    const ana = client(one.hub, "ana", "A");
    await until(() => other.names() === "ana");
    const options = { name: "ana", dialect: "native", after: 0 };
    assertEquals(other.hub.join(options, {}).name, "ana2");
    assertEquals(client(other.hub, "ana", "A", 0).seat.name, "ana");
    assertEquals(await ana.ended, "conflict");
  },
});

Deno.test({
  name: "a message and a notice are shown once at each server, which knows where it was sent",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    const shown = [one, other].map(({ hub }) => {
      const texts: string[] = [];
      hub.watch(({ text }, elsewhere) => texts.push(`${elsewhere ? "there" : "here"}: ${text}`));
      return texts;
    });
    one.hub.notice("news");
    await one.hub.broadcast("a");
    await other.hub.broadcast("b");
    await until(() => shown.every((texts) => texts.some((text) => text.endsWith(": b"))));
    await until(() => shown[1]!.includes("here: news"));
    assertEquals(shown[0], ["here: news", "here: a", "there: b"]);
    assertEquals(shown[1]!.toSorted(), ["here: b", "here: news", "there: a"]);
  },
});

Deno.test({
  name: "a bus that is silent for longer than a server may be makes nobody leave",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { nats, one, other } = cluster;
    const ana = client(one.hub, "ana", "A");
    client(other.hub, "bob", "B");
    await until(() => one.names() === "ana,bob");
    await nats.kill(0);
    await delay(SEAT_LAPSE_MS + 2 * SEAT_BEAT_MS);
    nats.startServer(0);
    await until(() => one.bus.connected && other.bus.connected);
    const late = client(other.hub, "eve", "E");
    await until(() => ana.read.includes("* eve joined"));
    await late.seat.say("hi");
    await until(() => ana.said().length === 1);
    assertEquals([one.names(), other.names()], ["ana,bob,eve", "ana,bob,eve"]);
    assertEquals(ana.read.filter((line) => line.endsWith(" left")), []);
  },
});

Deno.test({
  name: "the seats of a server that is gone without a word go with it",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    const ana = client(one.hub, "ana", "A");
    client(other.hub, "bob", "B");
    await until(() => one.names() === "ana,bob");
    await other.bus[Symbol.asyncDispose]();
    await until(() => ana.read.includes("* bob left"));
    assertEquals(one.names(), "ana");
    await until(async () => await serversIn(one.bus) === 1);
  },
});

/** How many servers have an entry. */
async function serversIn(bus: Bus): Promise<number> {
  const stop = new AbortController();
  const servers = new Set<string>();
  await (await bus.bucket("seats")).watch(({ key, value }) => {
    if (value !== null && key.startsWith("server.")) servers.add(key);
  }, stop.signal);
  stop.abort();
  return servers.size;
}
