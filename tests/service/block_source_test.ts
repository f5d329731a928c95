/**
 * Blocks and digests of a stored file.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { BlockBuffers } from "../../lib/blocks/buffers.ts";
import { BlockSource } from "../../lib/service/block_source.ts";
import { SharedBlocks } from "../../lib/service/shared_blocks.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { memoryService } from "../../testing/files/memory_service.ts";
import { pure } from "../../testing/pure.ts";
import { content, totalOf } from "../conformance/content.ts";

const PATH = storePath("f");
const BYTES = content(3 * BLOCK_BYTES + 5);
const WHOLE = [{ start: 0, end: 4 }];

/** Buffers that count those that are not returned. */
class CountedBuffers extends BlockBuffers {
  taken = 0;

  override take(length?: number): Uint8Array<ArrayBuffer> {
    this.taken++;
    return super.take(length);
  }

  override give(view: Uint8Array<ArrayBuffer>): void {
    this.taken--;
    super.give(view);
  }
}

async function opened() {
  const service = await memoryService({ content: { f: BYTES } });
  const buffers = new CountedBuffers();
  const context = { ...service.context, buffers };
  const source = async () =>
    new BlockSource(context, (await service.store.open(PATH))!, { holder: "ana" });
  const cached = async () => {
    const revision = (await service.store.stat(PATH))!.revision;
    return service.context.cache.get(PATH, revision)?.blocks;
  };
  return { service, buffers, source, cached, [Symbol.dispose]: () => service[Symbol.dispose]() };
}

pure("BlockSource.digests returns every buffer, and remembers the digests", async () => {
  using at = await opened();
  const fresh = await Array.fromAsync((await at.source()).digests());
  assertEquals(at.buffers.taken, 0);
  const blocks = await at.cached();
  assertEquals([blocks?.root, blocks?.bytes], [totalOf(BYTES).root, BYTES.length]);
  const known = await Array.fromAsync((await at.source()).digests());
  assertEquals(new Uint8Array(await new Blob(known).arrayBuffer()), blocks?.digests);
  assertEquals(new Uint8Array(await new Blob(fresh).arrayBuffer()), blocks?.digests);
});

pure("BlockSource.blocks yields the same blocks with unknown and with known digests", async () => {
  using at = await opened();
  const read = async () => {
    const digests: Uint8Array[] = [];
    for await (using block of (await at.source()).blocks(WHOLE)) {
      const start = block.index * BLOCK_BYTES;
      assertEquals(block.bytes, BYTES.slice(start, start + BLOCK_BYTES));
      digests.push(block.digest.slice());
    }
    return digests;
  };
  const fresh = await read();
  assertEquals((await at.cached())?.root, totalOf(BYTES).root);
  assertEquals(await read(), fresh);
  assertEquals(at.buffers.taken, 0);
});

pure("BlockSource remembers nothing of a partial reading, nor of a changed file", async () => {
  using at = await opened();
  for await (using _ of (await at.source()).blocks([{ start: 0, end: 3 }]));
  assertEquals(await at.cached(), undefined);
  const source = await at.source();
  await assertRejects(
    async () => {
      for await (using block of source.blocks(WHOLE)) {
        if (block.index === 0) at.service.store.overwrite(PATH, content(BYTES.length, 2));
      }
    },
    Error,
    "changed while it was read",
  );
  assertEquals(await at.cached(), undefined);
});

pure("BlockSource shares the blocks of readers of one version, unless they verify it", async () => {
  using at = await opened();
  const shared = new SharedBlocks(4);
  const context = { ...at.service.context, buffers: at.buffers, shared };
  /** Reads the file for two at once. @returns How many blocks were read. */
  const both = async (facts: { verify?: boolean; settledMs?: number }) => {
    const { verify, settledMs } = facts;
    let taken = 0;
    const reader = async () => {
      const file = (await at.service.store.open(PATH))!;
      const readAt = (offset: number, into: Uint8Array) => {
        taken++;
        return file.readAt(offset, into);
      };
      const entry = { ...file.entry, settledMs };
      const counted = { entry, readAt, unchanged: () => file.unchanged(), ...closing(file) };
      return new BlockSource(context, counted, { holder: "ana", verify }).blocks(WHOLE);
    };
    const [one, two] = [await reader(), await reader()];
    for (let index = 0; index < 4; index++) {
      using first = (await one.next()).value!;
      using second = (await two.next()).value!;
      const expected = BYTES.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
      assertEquals([first.bytes, second.bytes], [expected, expected]);
    }
    assertEquals([(await one.next()).done, (await two.next()).done], [true, true]);
    assertEquals(at.buffers.taken, 0);
    return taken;
  };
  assertEquals(await both({}), 4);
  assertEquals(await both({}), 4);
  assertEquals(await both({ verify: true }), 8);
  assertEquals(await both({ settledMs: Date.now() + 60_000 }), 8);
});

function closing(file: AsyncDisposable): AsyncDisposable {
  return { [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() };
}
