import { assert, assertEquals, assertThrows } from "@std/assert";
import { zstdCompressSync } from "node:zlib";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_DATA_BYTES } from "../../lib/base/limits.ts";
import { inflate, shrink } from "../../lib/native/compression.ts";
import { pure } from "../../testing/pure.ts";

function refuses(packed: Uint8Array, rawLength: number): void {
  assertEquals(assertThrows(() => inflate(packed, rawLength), FtError).code, "protocol");
}

pure("inflate returns the content that shrink compressed", async () => {
  const content = new TextEncoder().encode("to be or not to be, ".repeat(2000));
  const packed = await shrink(content);
  assert(packed !== null && packed.length < content.length / 10);
  assertEquals(new Uint8Array(inflate(packed, content.length)), content);
});

pure("shrink returns null if the result would not be shorter", async () => {
  const noise = crypto.getRandomValues(new Uint8Array(60_000));
  assertEquals(await shrink(noise), null);
  assertEquals(await shrink(new Uint8Array([1])), null);
});

pure("inflate refuses data longer than announced (decompression-bomb)", () => {
  const bomb = zstdCompressSync(new Uint8Array(64 * 1024 * 1024));
  assert(bomb.length < 10_000);
  refuses(bomb, MAX_DATA_BYTES);
  refuses(bomb, 1);
});

pure("inflate refuses data shorter than announced, and lengths out of range", () => {
  const packed = zstdCompressSync(new Uint8Array(100));
  assertEquals(inflate(packed, 100).length, 100);
  refuses(packed, 101);
  refuses(packed, 99);
  refuses(packed, 0);
  refuses(packed, MAX_DATA_BYTES + 1);
});

pure("inflate refuses garbage, an incomplete frame and one that needs too much memory", () => {
  refuses(new Uint8Array([1, 2, 3]), 3);
  refuses(zstdCompressSync(new Uint8Array(100)).subarray(0, -1), 100);
  // A frame header with a window of 128 MiB, then one raw block of one byte.
  const window = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 0x09, 0x00, 0x00, 0x41];
  refuses(new Uint8Array(window), 1);
  window[5] = 0x40; // 1 MiB
  assertEquals([...inflate(new Uint8Array(window), 1)], [0x41]);
});
