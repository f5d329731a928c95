import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES, INLINE_HASH_TOTAL_BYTES } from "../../lib/base/limits.ts";
import { isIntact, OwnedBlock } from "../../lib/blocks/block.ts";
import { BlockBuffers } from "../../lib/blocks/buffers.ts";
import { Hasher, type StartWorker, workersFor } from "../../lib/blocks/hasher.ts";
import { blockDigest } from "../../lib/blocks/manifest.ts";
import { pure } from "../../testing/pure.ts";
import { soon } from "../../testing/with_timeout.ts";

const block = (seed: number) => new Uint8Array(BLOCK_BYTES).map((_, i) => i * seed);

/** A hasher that has done as much inline as it will, so the next block goes to a worker. */
async function withWorkers(startWorker?: StartWorker, hasRoom?: () => boolean): Promise<Hasher> {
  const hasher = new Hasher(2, startWorker, hasRoom);
  for (let done = 0; done < INLINE_HASH_TOTAL_BYTES; done += BLOCK_BYTES) {
    await hasher.digest(new Uint8Array(BLOCK_BYTES));
  }
  return hasher;
}

Deno.test("Hasher computes the same digests inline and in workers, and returns the right blocks", async () => {
  using inline = new Hasher(0);
  using workers = await withWorkers();
  const seeds = [1, 2, 3, 4, 5, 6, 7];
  const hashed = await Promise.all(seeds.map((seed) => workers.digest(block(seed))));
  for (const [i, seed] of seeds.entries()) {
    assertEquals(hashed[i]!.digest, (await inline.digest(block(seed))).digest);
    assertEquals(hashed[i]!.digest, blockDigest(block(seed)));
    assertEquals(blockDigest(hashed[i]!.bytes), hashed[i]!.digest);
  }
});

Deno.test("Hasher transfers a block's buffer to a worker and back", async () => {
  using workers = await withWorkers();
  const bytes = block(3);
  const hashing = workers.digest(bytes);
  assertEquals(bytes.length, 0);
  assertEquals((await hashing).bytes.length, BLOCK_BYTES);
});

Deno.test("Hasher disposed rejects running and further work, and leaves no worker", async () => {
  const hasher = await withWorkers();
  const running = [hasher.digest(block(1)), hasher.digest(block(2)), hasher.digest(block(3))];
  hasher[Symbol.dispose]();
  hasher[Symbol.dispose]();
  for (const work of running) {
    assertEquals((await assertRejects(() => work, FtError)).code, "interrupted");
  }
  const late = hasher.digest(new Uint8Array(1));
  assertEquals((await assertRejects(() => late, FtError)).code, "interrupted");
});

/** A worker whose module is this code. */
function workerOf(code: string): Worker {
  return new Worker(`data:application/javascript,${encodeURIComponent(code)}`, { type: "module" });
}

Deno.test("Hasher replaces a worker that failed", async () => {
  const hashWorker = new URL("../../lib/blocks/hash_worker.ts", import.meta.url);
  const workers = [
    () => workerOf("onmessage = () => { throw new Error('out of order'); }"),
    () => new Worker(hashWorker, { type: "module" }),
  ];
  using hasher = await withWorkers(() => workers.shift()!());
  const failed = await assertRejects(() => soon(hasher.digest(block(1))), FtError, "out of order");
  assertEquals(failed.code, "internal");
  assertEquals((await soon(hasher.digest(block(2)))).digest, blockDigest(block(2)));
  assertEquals(workers.length, 0);
});

Deno.test("Hasher hashes inline once every worker has failed", async () => {
  let started = 0;
  using hasher = await withWorkers(() => {
    started++;
    return workerOf("throw new Error('does not load')");
  });
  for (let n = 0; n < 2; n++) {
    await assertRejects(() => soon(hasher.digest(block(1))), FtError, "does not load");
  }
  assertEquals((await soon(hasher.digest(block(2)))).digest, blockDigest(block(2)));
  assertEquals(started, 2);
});

pure("workersFor gives each core a worker, but none on two cores or one", () => {
  assertEquals([1, 2, 3, 4, 64].map(workersFor), [0, 0, 3, 4, 4]);
});

pure("Hasher starts no worker for a small amount of work", async () => {
  // Without permissions a worker could not be started.
  using hasher = new Hasher(4);
  const { bytes, digest } = await hasher.digest(new Uint8Array([1, 2, 3]));
  assertEquals([bytes.length, digest], [3, blockDigest(new Uint8Array([1, 2, 3]))]);
});

pure("isIntact detects a block that does not match its digest", async () => {
  using hasher = new Hasher(0);
  const bytes = new Uint8Array([1, 2, 3]);
  const digest = blockDigest(bytes);
  assertEquals(await isIntact(hasher, { bytes, digest }), true);
  assertEquals(await isIntact(hasher, { bytes: new Uint8Array([1, 2, 4]), digest }), false);
});

pure("BlockBuffers reuses a returned buffer, unless it was transferred away", () => {
  const buffers = new BlockBuffers();
  const first = buffers.take(BLOCK_BYTES - 1);
  buffers.give(first);
  const again = buffers.take();
  assert(again.buffer === first.buffer && again.length === BLOCK_BYTES);
  structuredClone(again, { transfer: [again.buffer] });
  buffers.give(again);
  assertEquals(buffers.take().length, BLOCK_BYTES);
  const small = buffers.take(10);
  buffers.give(small);
  assertEquals(small.buffer.byteLength, 10);
});

pure("OwnedBlock returns its buffer and calls `onRelease` once", () => {
  const buffers = new BlockBuffers();
  let released = 0;
  const bytes = buffers.take();
  const block = new OwnedBlock(buffers, 0, bytes, new Uint8Array(32), () => released++);
  block[Symbol.dispose]();
  block[Symbol.dispose]();
  assertEquals(released, 1);
  assert(buffers.take().buffer === bytes.buffer);
  assert(buffers.take().buffer !== bytes.buffer);
});

Deno.test("Hasher starts no worker when there are too few descriptors for it", async () => {
  let room = false;
  let started = 0;
  const start = () => {
    started++;
    return workerOf("onmessage = ({ data }) => postMessage({ ...data, digest: data.bytes });");
  };
  using hasher = await withWorkers(start, () => room);
  assertEquals((await hasher.digest(block(1))).digest, blockDigest(block(1)));
  assertEquals(started, 0);
  room = true;
  await hasher.digest(block(1));
  assertEquals(started, 1);
});
