import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { QuotaUse } from "../../lib/service/quota_use.ts";
import { boundToken, Stages } from "../../lib/service/stages.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import type { LeaseHolder } from "../../lib/storage/lease_holder.ts";
import { leaseHolder } from "../../testing/files/lease_holder.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { pure } from "../../testing/pure.ts";

function counted(maxStages = 10, maxBytes = 1000) {
  const store = new MemoryStore();
  const stages = new Stages(store, new QuotaUse(store), { maxStages, maxBytes });
  const open = (token: string, bytes: number, holder = "one", quota = Infinity) =>
    stages.open(
      { token, path: storePath("box/f"), holder },
      () => [{ path: "box", bytes: quota }],
      0,
    ).then(async (staged) => {
      try {
        await staged.writeAt(0, new Uint8Array(bytes));
        return staged;
      } catch (error) {
        await staged[Symbol.asyncDispose]();
        throw error;
      }
    });
  const abandon = async (...args: Parameters<typeof open>) => {
    await using _staged = await open(...args);
  };
  const tokens = async () => (await Array.fromAsync(store.staged())).map(({ token }) => token);
  return { stages, open, abandon, tokens };
}

pure("Stages removes the oldest of a holder with too many, and none that is open", async () => {
  const { open, abandon, tokens } = counted(2);
  for (const token of ["a_______", "b_______"]) await abandon(token, 1);
  await abandon("other___", 1, "two");
  await using _first = await open("a_______", 1);
  await using _second = await open("c_______", 1);
  assertEquals(await tokens(), ["a_______", "other___", "c_______"]);
  const error = await assertRejects(() => open("d_______", 1), FtError);
  assertEquals([error.code, await tokens()], ["limit", ["a_______", "other___", "c_______"]]);
});

pure("Stages removes the oldest beyond the bytes of a holder, but keeps the newest", async () => {
  const { abandon, tokens } = counted(10, 100);
  await abandon("a_______", 60);
  await abandon("b_______", 40);
  assertEquals(await tokens(), ["a_______", "b_______"]);
  await abandon("c_______", 500);
  assertEquals(await tokens(), ["c_______"]);
});

pure("Stages removes uploads that nobody has open for room in a quota, then refuses", async () => {
  const { open, abandon, tokens } = counted();
  await abandon("a_______", 60, "one", 100);
  await using _held = await open("b_______", 60, "two", 100);
  assertEquals(await tokens(), ["b_______"]);
  await assertRejects(() => open("c_______", 41, "one", 100), FtError, "over quota: box/f");
  await using _fits = await open("d_______", 40, "one", 100);
});

pure("Stages counts a published or discarded upload no more, and one taken over once", async () => {
  const { open, tokens } = counted();
  const first = await open("a_______", 60, "one", 100);
  const second = await open("a_______", 60, "one", 100);
  await assertRejects(() => first.writeAt(60, new Uint8Array(1)), FtError, "taken over");
  await first[Symbol.asyncDispose]();
  await assertRejects(() => open("b_______", 50, "one", 100), FtError, "over quota");
  await second.discard();
  await second[Symbol.asyncDispose]();
  await using whole = await open("c_______", 100, "one", 100);
  assertEquals([whole.bytes, await tokens()], [100, ["c_______"]]);
});

pure("boundToken differs by owner, and refuses a malformed token", async () => {
  const [one, two] = [leaseHolder("one"), leaseHolder("two")];
  const bound = (holder: LeaseHolder) => boundToken(holder, "a_______");
  assertEquals([bound(one) === bound(one), bound(one) === bound(two)], [true, false]);
  const connection = new AbortController().signal;
  const unnamed = (id: string) => bound(leaseHolder(id, { source: "host x", connection }));
  assertEquals(unnamed("a") === unnamed("b"), true);
  await assertRejects(
    () => Promise.resolve().then(() => boundToken(one, "../x")),
    FtError,
    "malformed",
  );
});
