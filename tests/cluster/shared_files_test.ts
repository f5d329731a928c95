/**
 * What the servers of one store tell each other of its files.
 */

import { assertEquals, assertRejects } from "@std/assert";
import type { Quota } from "../../lib/auth/permission.ts";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_FILE_NEWS_CHARS } from "../../lib/base/limits.ts";
import { SharedFiles } from "../../lib/cluster/shared_files.ts";
import { newsFor, tellNews } from "../../lib/server/file_news.ts";
import type { UserEvent } from "../../lib/server/user_event.ts";
import { freeIn } from "../../lib/service/quota_room.ts";
import { QuotaUse } from "../../lib/service/quota_use.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { putDirectly } from "../../testing/files/memory_service.ts";
import { until } from "../../testing/until.ts";

const QUOTA: readonly Quota[] = [{ path: "box", bytes: 100 }];
const [ours, box] = [storePath("box/ours"), storePath("box")];
const by = { user: "ana", chatName: "Ana", remote: "192.0.2.1:5", dialect: "native" };

/** One server of a store, as far as others are concerned. */
async function server(nats: Nats, store: MemoryStore, name = "files/") {
  const bus = await nats.bus();
  const quotas = new QuotaUse(store);
  const seen: UserEvent[] = [];
  const files = new SharedFiles(bus, name, newsFor(quotas, [(event) => seen.push(event)]));
  const told = tellNews(files, quotas);
  // The bus has handled what came before on this connection: this server listens.
  await bus.bucket("probe");
  return {
    ...{ quotas, seen, files, observe: told.observe },
    room: async () => freeIn(await quotas.tightest(QUOTA)),
    async take(growth: number) {
      using hold = await quotas.lock([ours], () => QUOTA);
      return await hold.take(ours, growth, { bytes: 0 });
    },
    async [Symbol.asyncDispose]() {
      told[Symbol.dispose]();
      files[Symbol.dispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

Deno.test({
  name: "a quota counts what other servers add, give back and remove, at once",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    const store = new MemoryStore();
    await putDirectly(store, "box/a", new Uint8Array(20));
    await using one = await server(nats, store);
    await using other = await server(nats, store);
    await using elsewhere = await server(nats, new MemoryStore(), "other/");
    for (const { room } of [one, other]) assertEquals(await room(), 80);
    assertEquals(await elsewhere.room(), 100);
    const giveBack = await one.take(60);
    await until(async () => await other.room() === 20);
    assertEquals((await assertRejects(() => other.take(21), FtError)).kind, "quota");
    giveBack();
    await until(async () => await other.room() === 80);
    await other.take(30);
    await until(async () => await one.room() === 50);
    await store.remove(storePath("box/a"));
    one.quotas.forget(box);
    await until(async () => await other.room() === 100);
    assertEquals(await elsewhere.room(), 100);
  },
});

Deno.test({
  name: "a change at one server is seen at the others of its store, once and without who is where",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    const store = new MemoryStore();
    await using one = await server(nats, store);
    await using other = await server(nats, store);
    await using elsewhere = await server(nats, store, "other/");
    one.observe({ op: "put", result: "done", name: ours, bytes: 5, by });
    one.observe({ op: "get", result: "done", name: ours, by });
    one.observe({ op: "put", result: "limit", name: "box/x", by });
    one.observe({ op: "move", result: "done", name: ours, to: storePath("b"), by });
    await until(() => other.seen.length >= 2);
    // A message of the other is the last thing that all have.
    other.observe({ op: "remove", result: "done", name: ours, by });
    await until(() => one.seen.length >= 1);
    const shown = ({ op, name, to, by }: UserEvent) => [op, name, to, by.chatName, by.remote];
    assertEquals(other.seen.map(shown), [
      ["put", "box/ours", undefined, "Ana", ""],
      ["move", "box/ours", "b", "Ana", ""],
    ]);
    assertEquals(one.seen.map(({ op }) => op), ["remove"]);
    assertEquals(elsewhere.seen, []);
  },
});

Deno.test({
  name: "many changes with long names arrive in order, in messages that NATS takes",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    const store = new MemoryStore();
    await using one = await server(nats, store);
    await using other = await server(nats, store);
    const folder = Array.from({ length: 15 }, () => "ł".repeat(120)).join("/");
    const names = Array.from(
      { length: 3 * MAX_FILE_NEWS_CHARS / 1800 },
      (_, i) => `${folder}/${i}`,
    );
    for (const name of names) {
      one.observe({ op: "put", result: "done", name: storePath(name), by });
    }
    await until(() => other.seen.length >= names.length);
    assertEquals(other.seen.map(({ name }) => String(name)), names);
  },
});

Deno.test({
  name: "what no server of this version said is ignored",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using one = await server(nats, new MemoryStore());
    await using bus = await nats.bus();
    const said = (news: unknown) => JSON.stringify({ server: "x", store: "files/", news });
    const change = { kind: "change", op: "put", path: "a", user: "u", chatName: "u" };
    const bad = [{ ...change, path: "../a" }, { kind: "use", path: "", bytes: 1 }];
    for (const text of ["", "{", said(7), said([{ kind: "new" }]), said(bad)]) {
      bus.shout("files", text);
    }
    bus.shout("files", said([change]));
    await until(() => one.seen.length > 0);
    assertEquals(one.seen.map(({ name }) => String(name)), ["a"]);
  },
});
