import { assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { WrittenBlocks } from "../../lib/service/written_blocks.ts";
import { pure } from "../../testing/pure.ts";

const turn = () => Promise.resolve({ [Symbol.dispose]() {} });

pure("WrittenBlocks yields blocks in order, up to an end", () => {
  const written = new WrittenBlocks(true);
  const blocks = [2 ** 33 - 1, 0, 31, 32, 63, 1_000_000, 31];
  for (const index of blocks) written.add(index);
  const all = [0, 31, 32, 63, 1_000_000, 2 ** 33 - 1];
  assertEquals([...written.below(2 ** 33)], all);
  for (const end of [0, 1, 31, 32, 33, 64, 1_000_000]) {
    assertEquals([...written.below(end)], all.filter((index) => index < end));
  }
});

/** A file that is zero but for one byte in some places. */
function fileWith(bytes: number, places: readonly number[]) {
  let reads = 0;
  return {
    bytes,
    get reads() {
      return reads;
    },
    readAt(offset: number, into: Uint8Array) {
      reads += into.length;
      into.fill(0);
      for (const at of places) if (at >= offset && at < offset + into.length) into[at - offset] = 1;
      return Promise.resolve(into.length);
    },
  };
}

pure("WrittenBlocks.find looks at the beginning, middle and end of each block, once", async () => {
  const places = [0, 2.5 * BLOCK_BYTES, 4 * BLOCK_BYTES - 1, 99 * BLOCK_BYTES + 9];
  const file = fileWith(99 * BLOCK_BYTES + 10, places);
  const written = new WrittenBlocks(false);
  await written.find(file, turn);
  assertEquals([...written.below(100)], [0, 2, 3, 99]);
  const { reads } = file;
  assertEquals(reads <= 100 * 3 * 4096, true);
  await written.find(file, turn);
  assertEquals(file.reads, reads);
});
