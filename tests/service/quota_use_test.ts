import { assertEquals, assertRejects } from "@std/assert";
import type { Quota } from "../../lib/auth/permission.ts";
import { FtError } from "../../lib/base/errors.ts";
import { QUOTA_RECOUNT_MS } from "../../lib/base/limits.ts";
import { freeIn } from "../../lib/service/quota_room.ts";
import { QuotaUse } from "../../lib/service/quota_use.ts";
import type { StoreEntry } from "../../lib/storage/store.ts";
import { type StorePath, storePath } from "../../lib/storage/store_path.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { putDirectly } from "../../testing/files/memory_service.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { pure } from "../../testing/pure.ts";

const [docs, file] = [storePath("docs"), storePath("docs/new")];

/** 30 bytes below `docs`, 10 of them in `docs/in`, and 5 beside it. */
async function filled(store = new MemoryStore()): Promise<MemoryStore> {
  await putDirectly(store, "docs/a", new Uint8Array(20));
  await putDirectly(store, "docs/in/b", new Uint8Array(10));
  await putDirectly(store, "docs2/c", new Uint8Array(5));
  return store;
}

function quota(path: string, bytes: number) {
  return { path, bytes };
}

/** Takes room in a hold of its own. */
async function take(use: QuotaUse, at: StorePath, quotas: Quota[], growth: number) {
  using hold = await use.lock([at], () => quotas);
  return await hold.take(at, growth, { bytes: 0 });
}

/** The room in the tightest quota. */
async function room(use: QuotaUse, quotas: Quota[]): Promise<number> {
  return freeIn(await use.tightest(quotas));
}

async function refusal(take: Promise<unknown>): Promise<unknown> {
  const { code, message, retryable } = await assertRejects(() => take, FtError);
  return { code, message, retryable };
}

pure("QuotaUse.tightest is the quota with the least room, and none without quotas", async () => {
  const use = new QuotaUse(await filled());
  assertEquals(await room(use, []), Infinity);
  assertEquals(await room(use, [quota("docs", 100)]), 70);
  assertEquals(await room(use, [quota("docs", 100), quota("docs/in", 15)]), 5);
  assertEquals(await room(use, [quota(".", 35)]), 0);
  assertEquals(await room(use, [quota("docs", 20)]), -10);
});

pure("QuotaUse.take refuses a byte more than there is room, under each of the quotas", async () => {
  const use = new QuotaUse(await filled());
  const quotas = [quota("docs", 1000), quota(".", 40)];
  const over = (asked: number) => ({
    code: "limit",
    message: `over quota: docs/new: quota of 40 B for everything reached: ${asked} B asked`,
    retryable: false,
  });
  assertEquals(await refusal(take(use, file, quotas, 6)), over(6));
  await take(use, file, quotas, 5);
  assertEquals(await room(use, quotas), 0);
  assertEquals(await refusal(take(use, file, quotas, 1)), over(1));
});

pure("QuotaUse.take returns a function that releases the room", async () => {
  const use = new QuotaUse(await filled());
  const quotas = [quota("docs", 50)];
  const giveBack = await take(use, file, quotas, 20);
  assertEquals(await room(use, quotas), 0);
  giveBack();
  assertEquals(await room(use, quotas), 20);
});

pure("QuotaUse.take lets a file shrink in a folder that is over its quota", async () => {
  const use = new QuotaUse(await filled());
  const quotas = [quota("docs", 10)];
  await take(use, file, quotas, 0);
  await take(use, file, quotas, -15);
  assertEquals(await room(use, quotas), -5);
});

pure("QuotaUse.take gives the last room to only one of two writers", async () => {
  const use = new QuotaUse(await filled());
  const quotas = [quota("docs", 40)];
  const ends = await Promise.allSettled([take(use, file, quotas, 10), take(use, docs, quotas, 10)]);
  assertEquals(ends.map(({ status }) => status), ["fulfilled", "rejected"]);
});

pure("QuotaUse.take counts a write in each parent folder, and in no sibling", async () => {
  const use = new QuotaUse(await filled());
  const rooms = async () =>
    await Promise.all(["docs", "docs2", "."].map((path) => room(use, [quota(path, 100)])));
  assertEquals(await rooms(), [70, 95, 65]);
  await take(use, file, [], 7);
  assertEquals(await rooms(), [63, 95, 58]);
});

pure("QuotaUse counts again after a while, and at once after a move or removal", async () => {
  using time = new FakeTime();
  const store = await filled();
  const use = new QuotaUse(store);
  const rooms = async () =>
    await Promise.all(["docs", "docs2"].map((path) => room(use, [quota(path, 100)])));
  assertEquals(await rooms(), [70, 95]);
  await putDirectly(store, "docs/by_another_program", new Uint8Array(1));
  await time.advance(QUOTA_RECOUNT_MS);
  assertEquals(await rooms(), [70, 95]);
  await time.advance(1);
  assertEquals(await rooms(), [69, 95]);
  await store.remove(storePath("docs/in/b"));
  await store.remove(storePath("docs2/c"));
  use.forget(storePath("docs/in/b"));
  assertEquals(await rooms(), [79, 95]);
  use.forget(storePath("."));
  assertEquals(await rooms(), [79, 100]);
});

/** Fails to list while it is broken. */
class FailingStore extends MemoryStore {
  broken = true;

  override list(dir: StorePath): AsyncGenerator<StoreEntry> {
    if (this.broken) throw new FtError("internal", "cannot list");
    return super.list(dir);
  }
}

pure("QuotaUse counts again after a count that failed", async () => {
  const store = new FailingStore();
  await filled(store);
  const use = new QuotaUse(store);
  await assertRejects(() => room(use, [quota("docs", 100)]), FtError, "cannot list");
  store.broken = false;
  assertEquals(await room(use, [quota("docs", 100)]), 70);
});

pure("QuotaUse counts only after a write that holds its lock has ended", async () => {
  using time = new FakeTime();
  const store = await filled();
  const use = new QuotaUse(store);
  const quotas = [quota("docs", 100)];
  {
    using hold = await use.lock([file], () => quotas);
    await hold.take(file, 40, { bytes: 0 });
    use.forget(docs);
    await time.advance(QUOTA_RECOUNT_MS + 1);
    assertEquals(await refusal(hold.take(file, 31, { bytes: 0 })), {
      ...{ code: "limit", retryable: false },
      message: "over quota: docs/new: quota of 100 B for docs reached: 31 B asked",
    });
    const later = room(use, quotas);
    await putDirectly(store, "docs/new", new Uint8Array(40));
    hold[Symbol.dispose]();
    assertEquals(await later, 30);
  }
});

pure(
  "QuotaUse.lock without a quota holds nothing, and all counts that a write changes",
  async () => {
    const use = new QuotaUse(await filled());
    using none = await use.lock([file], () => []);
    assertEquals([none.active, freeIn(await none.tightest([]))], [false, Infinity]);
    await room(use, [quota("docs", 100)]);
    using known = await use.lock([file, storePath("docs2/x")], () => []);
    assertEquals(known.active, true);
  },
);
