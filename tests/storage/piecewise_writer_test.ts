import { assertEquals, assertGreaterOrEqual, assertRejects } from "@std/assert";
import { PIECE_BYTES, PiecewiseWriter } from "../../lib/storage/piecewise_writer.ts";
import { tempDir } from "../support/temp_dir.ts";

const BYTES = 3 * PIECE_BYTES + 5;

for (const [speed, step] of [["quickly", 0], ["slowly, with turns in between", 6]] as const) {
  Deno.test(`PiecewiseWriter writes ${speed}, each of several at once in its place`, async () => {
    await using dir = await tempDir();
    const path = dir.join("file");
    using file = Deno.openSync(path, { write: true, createNew: true });
    let ms = 0;
    const writer = new PiecewiseWriter(file, () => ms += step);
    const order = [0, 1, 2, 8, 5, 6, 7, 4, 3];
    await Promise.all(order.map((i) => writer.write(i * BYTES, new Uint8Array(BYTES).fill(i + 1))));
    const found = await Deno.readFile(path);
    assertEquals(found.length, 9 * BYTES);
    for (let i = 0; i < 9; i++) {
      const part = found.subarray(i * BYTES, (i + 1) * BYTES);
      assertEquals(part.every((byte) => byte === i + 1), true, `write ${i}`);
    }
  });
}

Deno.test("PiecewiseWriter lets others have their turn on a slow medium", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++);
  let ms = 0;
  const file = { seekSync: () => 0, writeSync: (piece: Uint8Array) => (ms += 100, piece.length) };
  await new PiecewiseWriter(file, () => ms).write(0, new Uint8Array(20 * PIECE_BYTES));
  clearInterval(timer);
  assertGreaterOrEqual(turns, 5);
});

Deno.test("PiecewiseWriter finishes short writes and goes on in place after a failed one", async () => {
  let at = 0;
  let failing = false;
  const content = new Uint8Array(10);
  const writer = new PiecewiseWriter({
    seekSync: (offset) => at = offset,
    writeSync(bytes) {
      if (failing) throw new Error("no");
      const taken = bytes.subarray(0, 3);
      content.set(taken, at);
      at += taken.length;
      return taken.length;
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
