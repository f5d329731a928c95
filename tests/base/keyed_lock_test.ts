import { assertEquals } from "@std/assert";
import { KeyedLock } from "../../lib/base/keyed_lock.ts";
import { pure } from "../../testing/pure.ts";

pure("KeyedLock lets one in at a time, in the order of asking", async () => {
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

pure("KeyedLock keeps other keys apart and forgets those nobody holds", async () => {
  const locks = new KeyedLock();
  const a = await locks.acquire("a");
  const b = await locks.acquire("b");
  assertEquals(locks.size, 2);
  a[Symbol.dispose]();
  b[Symbol.dispose]();
  assertEquals(locks.size, 0);
});
