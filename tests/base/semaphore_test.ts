import { assertEquals, assertRejects } from "@std/assert";
import { Semaphore } from "../../lib/base/semaphore.ts";
import { pure } from "../../testing/pure.ts";

/** Whether a promise has settled. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const mark = {};
  return await Promise.race([promise, Promise.resolve(mark)]) !== mark;
}

pure("Semaphore grants its permits, then makes callers wait in order", async () => {
  const slots = new Semaphore(2);
  const [first] = [await slots.acquire(), await slots.acquire()];
  const third = slots.acquire();
  const fourth = slots.acquire();
  assertEquals(await settled(third), false);
  first[Symbol.dispose]();
  const held = await third;
  assertEquals(await settled(fourth), false);
  held[Symbol.dispose]();
  await fourth;
});

pure("Semaphore releases a permit once, however often it is disposed", async () => {
  const slots = new Semaphore(1);
  const one = await slots.acquire();
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  await slots.acquire();
  assertEquals(await settled(slots.acquire()), false);
});

pure("Semaphore skips a caller whose signal was aborted", async () => {
  const slots = new Semaphore(1);
  const held = await slots.acquire();
  const gaveUp = new AbortController();
  const waiting = slots.acquire(gaveUp.signal);
  const next = slots.acquire();
  gaveUp.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  held[Symbol.dispose]();
  await next;
  await assertRejects(() => slots.acquire(gaveUp.signal), Error, "enough");
});
