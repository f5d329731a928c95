/**
 * The memory of parts: bounded, given in turn, and given back.
 */

import { assertEquals } from "@std/assert";
import { BLOCK_BYTES, OBJECT_PART_BYTES } from "../../lib/base/limits.ts";
import { PartMemory, partMemory } from "../../lib/object_store/part_memory.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { sampleBytes } from "../../testing/content.ts";
import { openMemoryStore } from "../../testing/object_store/memory_store.ts";

const BLOCKS_A_PART = OBJECT_PART_BYTES / BLOCK_BYTES;

Deno.test("PartMemory gives no more than its limit, in turn", async () => {
  const memory = new PartMemory(2 * OBJECT_PART_BYTES, 1_000_000);
  const [first, second] = [await memory.take(OBJECT_PART_BYTES), await memory.take(1)];
  const order: string[] = [];
  const large = memory.take(OBJECT_PART_BYTES).then((taken) => {
    order.push("large");
    return taken;
  });
  const small = memory.take(1).then((taken) => {
    order.push("small");
    return taken;
  });
  assertEquals(memory.used, OBJECT_PART_BYTES + 1);
  memory.give(first);
  for (const one of [second, await large, await small]) memory.give(one);
  assertEquals([order, memory.used], [["large", "small"], 0]);
  memory.give(await memory.take(3 * OBJECT_PART_BYTES));
  assertEquals(memory.used, 0, "a part that is larger than the limit gets it alone");
  memory[Symbol.dispose]();
});

Deno.test("PartMemory asks for parts in which nothing is written, until nobody waits", async () => {
  using memory = new PartMemory(OBJECT_PART_BYTES, 1);
  const held = await memory.take(OBJECT_PART_BYTES);
  using _holder = memory.hold({
    yieldIdle: () => Promise.resolve(memory.give(held)),
  });
  memory.give(await memory.take(OBJECT_PART_BYTES));
  assertEquals(memory.used, 0);
});

Deno.test("an upload gives the memory of its parts back, also of those that were stored meanwhile", async () => {
  await using memory = await openMemoryStore();
  const { store } = memory;
  const parts = 3;
  const content = sampleBytes(parts * OBJECT_PART_BYTES + 5);
  const before = partMemory.used;
  {
    await using stage = await store.stage("a_token_of_a_stage", "file");
    const write = (at: number) => stage.writeAt(at, content.slice(at, at + BLOCK_BYTES));
    // A block of each part in turn: only two of them stay in memory.
    for (let block = 0; block < BLOCKS_A_PART; block++) {
      for (let part = 0; part < parts; part++) {
        await write((part * BLOCKS_A_PART + block) * BLOCK_BYTES);
      }
    }
    await write(parts * OBJECT_PART_BYTES);
    await stage.publish(storePath("file"), { replace: false, mtimeMs: 0 });
  }
  assertEquals(partMemory.used, before);
  await using file = (await store.open(storePath("file")))!;
  const read = new Uint8Array(content.length);
  for (let at = 0; at < read.length; at += BLOCK_BYTES) {
    await file.readAt(at, read.subarray(at, at + BLOCK_BYTES));
  }
  assertEquals(read, content);
  await using discarded = await store.stage("another_token_here", "other");
  await discarded.writeAt(0, content.slice(0, 2 * BLOCK_BYTES));
  await discarded.discard();
  assertEquals(partMemory.used, before);
});
