import { assertEquals, assertRejects } from "@std/assert";
import { fstatSync, openSync } from "node:fs";
import { Descriptor } from "../../lib/storage/descriptor.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("Descriptor reads small and large pieces, and fewer bytes at the end", async () => {
  await using dir = await tempDir();
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 253);
  await Deno.writeFile(dir.join("f"), bytes);
  const file = new Descriptor(openSync(dir.join("f"), "r"));
  for (const [offset, length] of [[0, 10], [5, 200_000], [299_990, 100_000], [400_000, 1]]) {
    const into = new Uint8Array(length!);
    const count = await file.readAt(offset!, into);
    assertEquals(into.subarray(0, count), bytes.subarray(offset, offset! + length!));
  }
  await file.close();
});

Deno.test("Descriptor stays open while it is used, and closes once", async () => {
  await using dir = await tempDir();
  await Deno.writeFile(dir.join("f"), new Uint8Array(9));
  const file = new Descriptor(openSync(dir.join("f"), "r"));
  const { promise, resolve } = Promise.withResolvers<void>();
  const used = file.use(async () => {
    await promise;
    return fstatSync(file.fd).size;
  });
  const closed = [file.close(), file.close()];
  assertEquals(fstatSync(file.fd).size, 9);
  resolve();
  assertEquals(await used, 9);
  await Promise.all(closed);
  await assertRejects(() => file.readAt(0, new Uint8Array(9)), Error);
});
