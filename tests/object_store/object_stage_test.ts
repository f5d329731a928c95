/**
 * How the parts of an upload go to the store: several at once, with few records.
 */

import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES, OBJECT_PART_BYTES } from "../../lib/base/limits.ts";
import type { StagedFile } from "../../lib/storage/store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { openMemoryStore } from "../../testing/object_store/memory_store.ts";

const TOKEN = "a_token_of_a_stage";
const BLOCK = new Uint8Array(BLOCK_BYTES).fill(7);
const BLOCKS_A_PART = OBJECT_PART_BYTES / BLOCK_BYTES;

/** A part of the file; the store tries its abilities out on another one. */
const isPart = ({ method, url }: Request) => method === "PUT" && url.includes("/file?partNumber=");
const isRecord = ({ method, url }: Request) => method === "PUT" && url.includes("/parts-");

async function write(stage: StagedFile, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index++) await stage.writeAt(index * BLOCK_BYTES, BLOCK);
}

Deno.test("ObjectStage takes blocks while it syncs parts that are being sent", async () => {
  const released = Promise.withResolvers<void>();
  const sending = Promise.withResolvers<void>();
  await using memory = await openMemoryStore(async (request) => {
    if (!isPart(request)) return;
    sending.resolve();
    await released.promise;
  });
  await using stage = await memory.store.stage(TOKEN, "file");
  await write(stage, 0, BLOCKS_A_PART);
  await sending.promise;
  let synced = false;
  const syncing = stage.sync().then(() => synced = true);
  await write(stage, BLOCKS_A_PART, 2 * BLOCKS_A_PART);
  assertEquals(synced, false);
  released.resolve();
  await syncing;
});

Deno.test("an upload of many parts writes few records, and one that goes on knows all parts", async () => {
  const counts = { parts: 0, records: 0 };
  await using memory = await openMemoryStore((request) => {
    if (isPart(request)) counts.parts++;
    if (isRecord(request)) counts.records++;
  });
  const parts = 12;
  {
    await using stage = await memory.store.stage(TOKEN, "file");
    await write(stage, 0, parts * BLOCKS_A_PART);
  }
  const before = { ...counts };
  assertEquals(before.parts, parts);
  assert(before.records <= parts / 2, `${before.records} records`);
  await using stage = await memory.store.stage(TOKEN, "file");
  for (let index = 0; index < parts * BLOCKS_A_PART; index++) {
    assertEquals(stage.held?.isWritten(index), true);
  }
  await stage.publish(storePath("file"), { replace: false });
  assertEquals(counts, before, "nothing is sent again");
  assertEquals(await Array.fromAsync(memory.store.staged()), []);
});

Deno.test("a part that is written anew after a restart replaces what its record says", async () => {
  await using memory = await openMemoryStore();
  {
    await using stage = await memory.store.stage(TOKEN, "file");
    await write(stage, 0, BLOCKS_A_PART + 1);
  }
  {
    await using stage = await memory.store.stage(TOKEN, "file");
    // The part counts no more from its first changed block on.
    await stage.writeAt(0, BLOCK.slice().fill(8));
  }
  await using stage = await memory.store.stage(TOKEN, "file");
  assertEquals(stage.held?.isWritten(0), true);
  assertEquals(stage.held?.isWritten(1), false);
  await write(stage, 1, BLOCKS_A_PART);
  await stage.publish(storePath("file"), { replace: false });
  await using file = (await memory.store.open(storePath("file")))!;
  const read = new Uint8Array(2);
  await file.readAt(0, read.subarray(0, 1));
  await file.readAt(BLOCK_BYTES, read.subarray(1));
  assertEquals([...read], [8, 7]);
});
