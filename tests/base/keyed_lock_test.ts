import { assertEquals, assertRejects } from "@std/assert";
import { KeyedLock } from "../../lib/base/keyed_lock.ts";
import { pure } from "../../testing/pure.ts";

pure("KeyedLock grants a key once at a time, in the order of requests", async () => {
  const locks = new KeyedLock();
  const order: string[] = [];
  const work = async (name: string) => {
    using _held = await locks.acquire("key");
    order.push(`${name} in`);
    await Promise.resolve();
    order.push(`${name} out`);
  };
  await Promise.all([work("a"), work("b"), work("c")]);
  assertEquals(order, ["a in", "a out", "b in", "b out", "c in", "c out"]);
});

pure("KeyedLock keeps keys independent and forgets unlocked ones", async () => {
  const locks = new KeyedLock();
  const a = await locks.acquire("a");
  const b = await locks.acquire("b");
  assertEquals(locks.size, 2);
  a[Symbol.dispose]();
  b[Symbol.dispose]();
  assertEquals(locks.size, 0);
});

pure("KeyedLock keeps its order when a request is cancelled, and forgets it", async () => {
  const locks = new KeyedLock();
  const first = await locks.acquire("a");
  const cancelled = new AbortController();
  const second = locks.acquire("a", cancelled.signal);
  let granted = false;
  const third = locks.acquire("a").then((held) => (granted = true, held));
  cancelled.abort(new Error("cancelled"));
  await assertRejects(() => second, Error, "cancelled");
  assertEquals(granted, false);
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  assertEquals(locks.size, 0);
  await assertRejects(() => locks.acquire("a", cancelled.signal), Error, "cancelled");
  assertEquals(locks.size, 0);
});

pure("KeyedLock forgets a key whose last request was cancelled", async () => {
  const locks = new KeyedLock();
  const first = await locks.acquire("a");
  const last = locks.acquire("a", AbortSignal.abort(new Error("cancelled")));
  await assertRejects(() => last, Error, "cancelled");
  const cancelled = new AbortController();
  const waiting = locks.acquire("a", cancelled.signal);
  cancelled.abort(new Error("cancelled"));
  await assertRejects(() => waiting, Error, "cancelled");
  first[Symbol.dispose]();
  (await locks.acquire("a"))[Symbol.dispose]();
  assertEquals(locks.size, 0);
});
