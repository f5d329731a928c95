import { assertEquals } from "@std/assert";
import { Batched, batchesOf } from "../../lib/base/batched.ts";

const pure = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, permissions: "none", fn });

pure("batchesOf passes on batches as they are, and makes one of each other item", async () => {
  const batches = [[1, 2], [], [3]];
  const batched = new Batched(async function* () {
    yield* batches;
  }());
  assertEquals(await Array.fromAsync(batchesOf(batched)), batches);
  const items = async function* () {
    yield* [1, 2];
  };
  assertEquals(await Array.fromAsync(batchesOf(items())), [[1], [2]]);
});

pure("Batched ends its source when the consumer stops early", async () => {
  let ended = false;
  const batched = new Batched(async function* () {
    try {
      yield [1, 2];
      yield [3];
    } finally {
      ended = true;
    }
  }());
  for await (const item of batched) if (item === 1) break;
  assertEquals(ended, true);
});
