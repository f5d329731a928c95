import { assertEquals, assertRejects } from "@std/assert";
import { QueuedWriter } from "../../lib/storage/queued_writer.ts";
import { tempDir } from "../support/temp_dir.ts";

Deno.test("QueuedWriter puts writes that are asked for at once each in its place", async () => {
  await using dir = await tempDir();
  const path = dir.join("file");
  using file = Deno.openSync(path, { write: true, createNew: true });
  const writer = new QueuedWriter(file);
  const pieces = Array.from({ length: 9 }, (_, i) => new Uint8Array(100_000).fill(i + 1));
  const order = [0, 1, 2, 8, 5, 6, 7, 4, 3];
  await Promise.all(order.map((i) => writer.write(i * 100_000, pieces[i]!)));
  const found = await Deno.readFile(path);
  assertEquals(found.length, 900_000);
  for (let i = 0; i < 9; i++) {
    const piece = found.subarray(i * 100_000, (i + 1) * 100_000);
    assertEquals(piece.every((byte) => byte === i + 1), true, `piece ${i}`);
  }
});

Deno.test("QueuedWriter finishes short writes and goes on in place after a failed one", async () => {
  let at = 0;
  let failing = false;
  const content = new Uint8Array(10);
  const writer = new QueuedWriter({
    seekSync: (offset) => at = offset,
    write(bytes) {
      if (failing) return Promise.reject(new Error("no"));
      const taken = bytes.subarray(0, 3);
      content.set(taken, at);
      at += taken.length;
      return Promise.resolve(taken.length);
    },
  });
  await writer.write(0, new Uint8Array([1, 2, 3, 4]));
  failing = true;
  await assertRejects(() => writer.write(4, new Uint8Array([9])), Error, "no");
  failing = false;
  at = 9;
  await writer.write(4, new Uint8Array([5, 6, 7, 8, 9, 10]));
  assertEquals([...content], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
