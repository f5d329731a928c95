/**
 * Blocks that several readers of a file share.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { OwnedBlock } from "../../lib/blocks/block.ts";
import { SharedBlocks } from "../../lib/service/shared_blocks.ts";
import { DigestVersions } from "../../lib/service/version_digests.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { memoryService } from "../../testing/files/memory_service.ts";
import { pure } from "../../testing/pure.ts";

/** A version of a file, and a reader that counts blocks in memory. */
async function version() {
  const service = await memoryService({ content: { f: Uint8Array.of(1) } });
  const entry = (await service.store.stat(storePath("f")))!;
  const counts = { reads: 0, inMemory: 0 };
  const buffers = { give: () => void counts.inMemory-- };
  const read = (index: number) => () => {
    counts.reads++;
    counts.inMemory++;
    const [bytes, digest] = [Uint8Array.of(index), new Uint8Array(32)];
    return Promise.resolve(new OwnedBlock(buffers, index, bytes, digest));
  };
  const digests = new DigestVersions(service.context.cache).of(entry);
  return { digests, counts, read, [Symbol.dispose]: () => service[Symbol.dispose]() };
}

pure("SharedBlocks reads a block once for readers at the same place", async () => {
  using at = await version();
  const shared = new SharedBlocks(0);
  using _one = shared.enter(at.digests);
  using _two = shared.enter(at.digests);
  const take = () => shared.take(at.digests, 7, at.read(7));
  const [first, second] = await Promise.all([take(), take()]);
  assertEquals(at.counts, { reads: 1, inMemory: 1 });
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assertEquals([...second.bytes], [7]);
  assertEquals(at.counts.inMemory, 1);
  second[Symbol.dispose]();
  assertEquals(at.counts.inMemory, 0);
});

pure("SharedBlocks keeps the last blocks for a reader behind, and no more", async () => {
  using at = await version();
  const shared = new SharedBlocks(2);
  using _one = shared.enter(at.digests);
  {
    using _two = shared.enter(at.digests);
    const take = (index: number) => shared.take(at.digests, index, at.read(index));
    for (const index of [0, 1, 2]) (await take(index))[Symbol.dispose]();
    assertEquals(at.counts, { reads: 3, inMemory: 2 });
    for (const index of [1, 2]) (await take(index))[Symbol.dispose]();
    assertEquals(at.counts.reads, 3);
    (await take(0))[Symbol.dispose]();
    assertEquals(at.counts, { reads: 4, inMemory: 2 });
  }
  assertEquals(at.counts.inMemory, 0);
});

pure("SharedBlocks shares nothing of a sole reader", async () => {
  using at = await version();
  const shared = new SharedBlocks(8);
  using _one = shared.enter(at.digests);
  for (const reads of [1, 2]) {
    (await shared.take(at.digests, 0, at.read(0)))[Symbol.dispose]();
    assertEquals(at.counts, { reads, inMemory: 0 });
  }
});

pure("SharedBlocks does not pass on the failure of another reader", async () => {
  using at = await version();
  const shared = new SharedBlocks(8);
  using _one = shared.enter(at.digests);
  using _two = shared.enter(at.digests);
  const left = new FtError("network", "the client left");
  const failing = shared.take(at.digests, 3, () => Promise.reject(left));
  const other = shared.take(at.digests, 3, at.read(3));
  assert(await assertRejects(() => failing) === left);
  assertEquals([...(await other).bytes], [3]);
  const again = await shared.take(at.digests, 3, at.read(3));
  assertEquals([...again.bytes], [3]);
});
