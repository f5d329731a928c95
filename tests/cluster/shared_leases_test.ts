/**
 * Leases that several servers grant together, over a real NATS.
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { busClock } from "../../lib/cluster/bus_clock.ts";
import { SharedLeases } from "../../lib/cluster/shared_leases.ts";
import { Leases } from "../../lib/storage/leases.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { codeOf } from "../../testing/code_of.ts";
import { leaseHolder } from "../../testing/files/lease_holder.ts";
import { until } from "../../testing/until.ts";

const at = storePath("docs");
const [ana, bob] = [leaseHolder("ana"), leaseHolder("bob")];

/** One server of a cluster, as far as leases are concerned. */
async function server(nats: Nats) {
  const bus = await nats.bus();
  const bucket = await bus.bucket("leases");
  const leases = new Leases({ now: await busClock(bucket) });
  const shared = await SharedLeases.start(leases, bucket);
  const take = (who = ana, ttlMs = 60_000, path = at) =>
    leases.changes.make(() => leases.acquire(path, who, ttlMs));
  return {
    ...{ bus, leases, take },
    /** What a write by this client ends with. */
    async write(who = ana, path = storePath("docs/a.txt")) {
      await leases.changes.fresh();
      leases.check(path, who);
    },
    release: (who = ana) => leases.changes.make(() => leases.release(at, who)),
    /** Ends as a program that is killed: nobody gives its leases up. */
    async die() {
      await shared[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      await this.die();
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

Deno.test({
  name: "a lease that one server grants binds the clients of another, until it is released",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    await one.take(ana);
    assertEquals(await codeOf(other.write(bob)), "conflict");
    assertEquals(await codeOf(other.write(ana)), "done");
    assertEquals(await codeOf(other.take(bob)), "conflict");
    assertEquals(other.leases.list().map(({ path, holder }) => [path, holder]), [["docs", "ana"]]);
    assertEquals(await codeOf(other.release(bob)), "not_allowed");
    await other.release(ana);
    await one.take(bob);
    assertEquals(await codeOf(other.write(ana)), "conflict");
  },
});

Deno.test({
  name: "a lease binds from the moment it is granted, whatever the other servers do meanwhile",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    for (let round = 0; round < 30; round++) {
      const path = storePath(`round${round}`);
      // What the other server knows is young, it asks already, and it changes leases itself.
      const own = storePath(`bob${round}`);
      const busy = [other.write(bob, path), other.take(bob, 60_000, own)].map(codeOf);
      await one.take(ana, 60_000, path);
      const writes = Array.from({ length: 3 }, () => codeOf(other.write(bob, path)));
      assertEquals(await Promise.all(writes), ["conflict", "conflict", "conflict"]);
      await Promise.all(busy);
    }
  },
});

Deno.test({
  name: "of clients that take a lease at the same time on different servers, one gets it",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    for (let round = 0; round < 10; round++) {
      const path = storePath(`round${round}`);
      const takes = [one.take(ana, 60_000, path), other.take(bob, 60_000, path)];
      const results = await Promise.all(takes.map(codeOf));
      assertEquals(results.toSorted(), ["conflict", "done"]);
    }
    const all = await Promise.all(
      Array.from(
        { length: 20 },
        (_, i) => codeOf((i % 2 ? one : other).take(ana, 60_000, storePath(`own${i}`))),
      ),
    );
    assertEquals(new Set(all), new Set(["done"]));
    await one.leases.changes.fresh();
    await until(() => one.leases.list().length === 30);
  },
});

Deno.test({
  name: "a lease of a server that died lapses, and ends in time on every clock",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    await one.take(ana, 700);
    await one.die();
    assertEquals(await codeOf(other.take(bob)), "conflict");
    const { leftMs } = other.leases.list()[0]!;
    assert(leftMs > 0 && leftMs <= 750, String(leftMs));
    await until(async () => await codeOf(other.take(bob)) === "done");
  },
});

Deno.test({
  name: "a lease that ends with its client's connection ends for the other servers, too",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    const connection = new AbortController();
    await one.take({ ...ana, connection: connection.signal });
    assertEquals(await codeOf(other.write(bob)), "conflict");
    connection.abort();
    await until(async () => await codeOf(other.write(bob)) === "done");
  },
});

Deno.test({
  name: "a refused change leaves the leases as they were",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { one, other } = cluster;
    await one.take(ana);
    const failure = new Error("after a change");
    const failing = one.leases.changes.make(() => {
      one.leases.acquire(storePath("more"), ana, 60_000);
      throw failure;
    });
    assertStrictEquals(await failing.catch((error) => error), failure);
    for (const { leases } of [one, other]) {
      assertEquals(leases.list().map(({ path }) => path), ["docs"]);
    }
  },
});

Deno.test({
  name: "without the bus nothing is leased and nothing written; both work again once it is back",
  ...NEEDS_NATS,
  async fn() {
    await using cluster = await scene();
    const { nats, one, other } = cluster;
    await one.take(ana);
    await nats.kill(0);
    await until(() => !one.bus.connected && !other.bus.connected);
    assertEquals(await codeOf(one.take(ana)), "network");
    await until(async () => await codeOf(one.write(ana)) === "network");
    nats.startServer(0);
    await until(async () => await codeOf(one.write(ana)) === "done");
    await until(async () => await codeOf(other.write(bob)) === "conflict");
  },
});
