import { assertEquals, assertRejects } from "@std/assert";
import { AsyncQueue } from "../../lib/base/async_queue.ts";
import { pure } from "../../testing/pure.ts";

pure("AsyncQueue returns buffered items, then hands new ones to a waiting consumer", async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  assertEquals(queue.size, 1);
  assertEquals(await queue.next(), { value: 1, done: false });
  const waiting = queue.next();
  queue.push(2);
  assertEquals(queue.size, 0);
  assertEquals(await waiting, { value: 2, done: false });
});

pure("AsyncQueue returns buffered items before it ends or fails", async () => {
  const closed = new AsyncQueue<number>();
  closed.push(1);
  closed.close();
  assertEquals(closed.push(2), false);
  assertEquals(await Array.fromAsync(closed), [1]);

  const failed = new AsyncQueue<number>();
  failed.push(1);
  failed.fail(new Error("first"));
  failed.fail(new Error("second"));
  assertEquals(await failed.next(), { value: 1, done: false });
  await assertRejects(() => failed.next(), Error, "first");
  await assertRejects(() => failed.next(), Error, "first");
});

pure("AsyncQueue wakes a waiting consumer when it ends", async () => {
  const closed = new AsyncQueue<number>();
  const end = closed.next();
  closed.close();
  assertEquals((await end).done, true);

  const failed = new AsyncQueue<number>();
  const error = failed.next();
  failed.fail(new Error("gone"));
  await assertRejects(() => error, Error, "gone");
});

pure("AsyncQueue drained returns its items and accepts no more", async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  queue.push(2);
  assertEquals(queue.drain(), [1, 2]);
  assertEquals(queue.push(3), false);
  assertEquals((await queue.next()).done, true);
});

pure("AsyncQueue.buffered returns what is there, and the queue goes on", async () => {
  const queue = new AsyncQueue<number>();
  assertEquals(queue.buffered(), []);
  queue.push(1);
  queue.push(2);
  assertEquals(queue.buffered(), [1, 2]);
  assertEquals(queue.push(3), true);
  assertEquals(await queue.next(), { value: 3, done: false });
});
