import { assertEquals, assertGreaterOrEqual, assertRejects } from "@std/assert";
import {
  PIECE_BYTES,
  PiecewiseWriter,
  type WritableFile,
} from "../../lib/storage/piecewise_writer.ts";
import { QueuedWriter, type SeekableFile } from "../../lib/storage/queued_writer.ts";
import { tempDir } from "../../testing/temp_dir.ts";

/** A clock that advances by a step each time it is read. */
function clock(step: number): () => number {
  let ms = 0;
  return () => ms += step;
}

/** Rules for both writers. */
const WRITERS = {
  "QueuedWriter": (file: SeekableFile & WritableFile) => new QueuedWriter(file),
  "PiecewiseWriter": (file: SeekableFile & WritableFile) => new PiecewiseWriter(file, clock(0)),
  "PiecewiseWriter with turns in between": (file: SeekableFile & WritableFile) =>
    new PiecewiseWriter(file, clock(6)),
};

for (const [name, writerOf] of Object.entries(WRITERS)) {
  Deno.test(`${name} puts writes that are asked for at once each in its place`, async () => {
    await using dir = await tempDir();
    const path = dir.join("file");
    using file = Deno.openSync(path, { write: true, createNew: true });
    const writer = writerOf(file);
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

  Deno.test(`${name} finishes short writes and goes on in place after a failed one`, async () => {
    let at = 0;
    let failing = false;
    const content = new Uint8Array(10);
    const writeSync = (bytes: Uint8Array) => {
      if (failing) throw new Error("no");
      const taken = bytes.subarray(0, 3);
      content.set(taken, at);
      at += taken.length;
      return taken.length;
    };
    const writer = writerOf({
      seekSync: (offset) => at = offset,
      writeSync,
      write: (bytes) => Promise.try(writeSync, bytes),
    });
    await writer.write(0, new Uint8Array([1, 2, 3, 4]));
    failing = true;
    await assertRejects(() => writer.write(4, new Uint8Array([9])), Error, "no");
    failing = false;
    at = 9;
    await writer.write(4, new Uint8Array([5, 6, 7, 8, 9, 10]));
    assertEquals([...content], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
}

Deno.test("PiecewiseWriter lets other tasks run on a slow disk", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++);
  let ms = 0;
  const file = { seekSync: () => 0, writeSync: (piece: Uint8Array) => (ms += 100, piece.length) };
  await new PiecewiseWriter(file, () => ms).write(0, new Uint8Array(20 * PIECE_BYTES));
  clearInterval(timer);
  assertGreaterOrEqual(turns, 5);
});
