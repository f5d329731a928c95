import { assertEquals } from "@std/assert";
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
