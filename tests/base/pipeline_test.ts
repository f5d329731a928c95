import { assertEquals, assertRejects } from "@std/assert";
import { mapOrdered } from "../../lib/base/pipeline.ts";
import { pure } from "../../testing/pure.ts";

pure("mapOrdered keeps the order, however the work ends", async () => {
  const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const mapped = mapOrdered([0, 1, 2], 3, (i) => gates[i]!.promise.then(() => i));
  for (const i of [2, 0, 1]) gates[i]!.resolve();
  assertEquals(await Array.fromAsync(mapped), [0, 1, 2]);
});

pure("mapOrdered has never more than its width under way", async () => {
  let running = 0;
  let most = 0;
  const mapped = mapOrdered(Array.from({ length: 20 }, (_, i) => i), 3, async (i) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    return i;
  });
  assertEquals((await Array.fromAsync(mapped)).length, 20);
  assertEquals(most, 3);
});

pure("mapOrdered with items that fail behind a slow consumer: no unhandled rejection", async () => {
  const failed = Promise.withResolvers<void>();
  const mapped = mapOrdered([0, 1, 2], 3, (i) => {
    if (i !== 2) return Promise.resolve(i);
    return Promise.resolve().then(() => {
      failed.resolve();
      throw new Error("the third");
    });
  });
  assertEquals(await mapped.next(), { value: 0, done: false });
  await failed.promise;
  // An unhandled rejection would end the program in this turn of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(await mapped.next(), { value: 1, done: false });
  await assertRejects(() => mapped.next(), Error, "the third");
});

pure("mapOrdered disposes what was made and not taken", async () => {
  const disposed: number[] = [];
  const mapped = mapOrdered(
    [0, 1, 2, 3],
    3,
    (i) => Promise.resolve({ i, [Symbol.dispose]: () => disposed.push(i) }),
  );
  for await (const { i } of mapped) if (i === 0) break;
  assertEquals(disposed, [1, 2]);
});
