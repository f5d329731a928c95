import { assertEquals, assertRejects } from "@std/assert";
import { forEachBounded, mapOrdered } from "../../lib/base/pipeline.ts";
import { pure } from "../../testing/pure.ts";

pure("mapOrdered keeps the order of the items, whichever result is ready first", async () => {
  const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const mapped = mapOrdered([0, 1, 2], 3, (i) => gates[i]!.promise.then(() => i));
  for (const i of [2, 0, 1]) gates[i]!.resolve();
  assertEquals(await Array.fromAsync(mapped), [0, 1, 2]);
});

pure("mapOrdered works on at most `width` items at once", async () => {
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

pure(
  "mapOrdered causes no unhandled rejection when items fail behind a slow consumer",
  async () => {
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
  },
);

pure("mapOrdered disposes results that are not consumed", async () => {
  const disposed: number[] = [];
  const mapped = mapOrdered(
    [0, 1, 2, 3],
    3,
    (i) => Promise.resolve({ i, [Symbol.dispose]: () => disposed.push(i) }),
  );
  for await (const { i } of mapped) if (i === 0) break;
  assertEquals(disposed, [1, 2]);
});

pure("forEachBounded works on every item, on at most `width` at once", async () => {
  let running = 0;
  let most = 0;
  const seen: number[] = [];
  await forEachBounded(Array.from({ length: 20 }, (_, i) => i), 3, async (i) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 0));
    running--;
    seen.push(i);
  });
  assertEquals([most, seen.length, new Set(seen).size], [3, 20, 20]);
});

pure("forEachBounded starts nothing after a failure and waits for the running work", async () => {
  const gate = Promise.withResolvers<void>();
  const events: string[] = [];
  const all = forEachBounded([0, 1, 2, 3], 2, async (i) => {
    events.push(`start ${i}`);
    if (i === 0) await gate.promise;
    else queueMicrotask(gate.resolve);
    events.push(`end ${i}`);
    if (i === 1) throw new Error("the second");
  });
  await assertRejects(() => all, Error, "the second");
  assertEquals(events, ["start 0", "start 1", "end 1", "end 0"]);
});

pure("forEachBounded reports a failure of the last item", async () => {
  await assertRejects(() => forEachBounded([1], 4, () => Promise.reject(new Error("only"))), Error);
});

pure("forEachBounded stops between items when its signal is aborted", async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const all = forEachBounded([0, 1, 2], 1, (i) => {
    seen.push(i);
    stop.abort(new Error("stopped"));
    return Promise.resolve();
  }, stop.signal);
  await assertRejects(() => all, Error, "stopped");
  assertEquals(seen, [0]);
});

pure(
  "forEachBounded takes streams, ends them after a failure and disposes of unused items",
  async () => {
    const [disposed, ended] = [[] as number[], [] as string[]];
    async function* items() {
      try {
        for (let i = 0;; i++) yield { i, [Symbol.dispose]: () => void disposed.push(i) };
      } finally {
        await Promise.resolve();
        ended.push("items");
      }
    }
    const all = forEachBounded(items(), 1, ({ i }) => Promise.reject(new Error(`item ${i}`)));
    await assertRejects(() => all, Error, "item 0");
    assertEquals([disposed, ended], [[1], ["items"]]);
  },
);
