import { assertEquals, assertRejects } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { Hasher } from "../../lib/blocks/hasher.ts";
import { BlockSource } from "../../lib/service/block_source.ts";
import { Checksums } from "../../lib/service/checksums.ts";
import type { StoredFile, StoreEntry } from "../../lib/storage/store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { memoryService } from "../../testing/files/memory_service.ts";
import { pure } from "../../testing/pure.ts";
import { content } from "../conformance/content.ts";

const BYTES = content(2 * BLOCK_BYTES + 5);
const WHOLE = [{ start: 0, end: 3 }];

/** A hasher that counts its work. */
class CountingHasher extends Hasher {
  digests = 0;

  override digest(bytes: Uint8Array<ArrayBuffer>) {
    this.digests++;
    return super.digest(bytes);
  }
}

/** A file whose disk changes one bit at `rot`, but none of its times. */
class RottingFile implements StoredFile {
  rot: number | undefined;
  readonly #content: Uint8Array;

  constructor(readonly entry: StoreEntry, content: Uint8Array) {
    this.#content = content;
  }

  readAt(offset: number, into: Uint8Array): Promise<number> {
    into.set(this.#content.subarray(offset, offset + into.length));
    const at = (this.rot ?? -1) - offset;
    if (at >= 0 && at < into.length) into[at]! ^= 0x10;
    return Promise.resolve(into.length);
  }

  unchanged(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function entry(path: string, revision: string, bytes: number): StoreEntry {
  const facts = { type: "file", mtimeMs: 0, executable: false } as const;
  return { path: storePath(path), revision, bytes, ...facts };
}

pure("bit-flip-on-disk: a verified block is verified by its checksum the next time", async () => {
  using service = await memoryService();
  using hasher = new CountingHasher(0);
  const context = { ...service.context, hasher };
  const file = new RottingFile(entry("f", "1", BYTES.length), BYTES);
  const hashed = async (verify: boolean, of = file) => {
    const before = hasher.digests;
    const source = new BlockSource(context, of, { holder: "ana", verify });
    for await (using block of source.blocks(WHOLE)) {
      const at = block.index * BLOCK_BYTES;
      assertEquals(block.bytes, BYTES.slice(at, at + BLOCK_BYTES));
    }
    return hasher.digests - before;
  };
  assertEquals(await hashed(false), 3);
  assertEquals(await hashed(true), 3);
  assertEquals(await hashed(true), 0);
  for (const at of [0, BLOCK_BYTES - 1, BLOCK_BYTES, BYTES.length - 1]) {
    file.rot = at;
    await assertRejects(() => hashed(true), Error, `block ${Math.floor(at / BLOCK_BYTES)}`);
  }
  file.rot = undefined;
  assertEquals(await hashed(true), 0);
  assertEquals(await hashed(true, new RottingFile(entry("f", "2", BYTES.length), BYTES)), 3);
  assertEquals(await hashed(true), 3, "the other version is forgotten");
});

pure("Checksums forgets the file that was used the longest time ago", () => {
  const checksums = new Checksums(5 + 2 * 64);
  const of = (path: string, blocks: number) => checksums.of(entry(path, "1", blocks * BLOCK_BYTES));
  const block = new Uint8Array([1, 2, 3]);
  for (const path of ["a", "b"]) of(path, 2)!.set(1, block);
  assertEquals([of("b", 2)!.matches(1, block), of("a", 2)!.matches(1, block)], [true, true]);
  assertEquals([of("a", 2)!.matches(0, block), of("a", 2)!.matches(1, block.subarray(1))], [
    false,
    false,
  ]);
  assertEquals(of("c", 2)!.matches(1, block), false);
  assertEquals([of("a", 2)!.matches(1, block), of("b", 2)!.matches(1, block)], [true, false]);
  assertEquals(of("large", 70), undefined);
  assertEquals(of("b", 2)!.matches(1, block), false);
  // A file counts even without blocks.
  of("b", 2)!.set(1, block);
  for (let i = 0; i < 2; i++) of(`empty${i}`, 0);
  assertEquals(of("b", 2)!.matches(1, block), false);
});
