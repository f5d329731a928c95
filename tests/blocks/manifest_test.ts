import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import {
  blockCount,
  blockDigest,
  blockLength,
  DIGEST_BYTES,
  DigestList,
  eachDigest,
  indexesOf,
  RootHasher,
  rootOf,
  sameDigest,
} from "../../lib/blocks/manifest.ts";
import { joined } from "../../testing/bytes.ts";
import { pure } from "../../testing/pure.ts";

const digestOf = (n: number) => new Uint8Array(DIGEST_BYTES).fill(n);

pure(
  "blockCount and blockLength divide a file without gap or overlap, to 4 GiB ± 1 and beyond",
  () => {
    assertEquals([blockCount(0), blockLength(0, 0)], [0, 0]);
    const sizes = [1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 2 ** 32 - 1, 2 ** 32 + 1];
    for (const size of [...sizes, Number.MAX_SAFE_INTEGER]) {
      const last = blockCount(size) - 1;
      assertEquals(last * BLOCK_BYTES + blockLength(size, last), size);
      assertEquals(blockLength(size, last + 1), 0);
      if (last > 0) assertEquals(blockLength(size, 0), BLOCK_BYTES);
    }
  },
);

pure("RootHasher gives the same root for digests in one piece and in many", () => {
  const digests = joined(digestOf(1), digestOf(2), digestOf(3));
  const root = new RootHasher();
  for (const digest of eachDigest(digests)) root.add(digest);
  assertEquals(root.finish(3), rootOf(digests, 3));
  assert(rootOf(digests, 3) !== rootOf(digests, 4));
});

pure("sameDigest compares whole digests only", () => {
  assertEquals(sameDigest(digestOf(1), digestOf(1)), true);
  assertEquals(sameDigest(digestOf(1), digestOf(2)), false);
  assertEquals(sameDigest(new Uint8Array(), new Uint8Array()), false);
  assertEquals(sameDigest(digestOf(1).subarray(1), digestOf(1).subarray(1)), false);
  assertEquals(blockDigest(new Uint8Array()).length, DIGEST_BYTES);
});

pure("indexesOf yields the block numbers of ranges", () => {
  assertEquals([...indexesOf([{ start: 1, end: 3 }, { start: 5, end: 5 }, { start: 7, end: 8 }])], [
    ...[1, 2, 7],
  ]);
  assertEquals(indexesOf([{ start: 0, end: 2 ** 53 }]).next().value, 0);
});

pure("DigestList keeps the digests it is given, in any order", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(200)), (indexes) => {
    const list = new DigestList();
    for (const index of indexes) list.set(index, digestOf(index));
    assertEquals(list.size, indexes.length);
    for (const index of indexes) assertEquals(list.get(index), digestOf(index));
    const whole = indexes.toSorted((a, b) => a - b).every((index, i) => index === i);
    assertEquals(list.isWhole(indexes.length), whole);
    if (whole) {
      assertEquals(
        list.concat(indexes.length),
        joined(...indexes.toSorted((a, b) => a - b).map(digestOf)),
      );
    }
  }));
});

pure("DigestList removes blocks, and is not whole with a block too many", () => {
  const list = new DigestList();
  for (const index of [0, 1, 2]) list.set(index, digestOf(index));
  assertEquals([list.isWhole(3), list.isWhole(2)], [true, false]);
  list.delete(1);
  assertEquals([list.get(1), list.size, list.isWhole(3), list.isWhole(2)], [
    undefined,
    2,
    false,
    false,
  ]);
});

pure("DigestList uses no memory for gaps between block numbers", () => {
  const list = new DigestList();
  for (const index of [2 ** 32 - 1, 2 ** 33, 2 ** 40]) list.set(index, digestOf(7));
  assertEquals([list.size, list.isWhole(2 ** 33)], [3, false]);
  assertEquals(list.get(2 ** 33), digestOf(7));
});
