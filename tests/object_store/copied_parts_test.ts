import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { sameDigest } from "../../lib/blocks/manifest.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import type { Files } from "../../lib/service/files.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { storeTap } from "../../testing/ceph/store_tap.ts";
import { storeTool } from "../../testing/ceph/store_tool.ts";
import { sampleBytes } from "../../testing/content.ts";
import { testServer } from "../../testing/test_server.ts";
import { blocksOf, get, put, refuses, totalOf } from "../conformance/content.ts";

const shared = sharedCeph();

async function serve(url: string) {
  await using stack = new AsyncDisposableStack();
  const place = parseStoreUrl(url);
  const tap = stack.use(storeTap(place.endpoint));
  const bucket = {
    place: { ...place, endpoint: tap.endpoint },
    credentials: CEPH_CREDENTIALS,
  };
  const server = stack.use(await testServer({ bucket }));
  const files = stack.use(await server.connect({ timeoutMs: 60_000 })).files!;
  const owned = stack.move();
  return { files, tap, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/**
 * Replaces a file by other content, as a client does: blocks that the server has are kept.
 *
 * @param meanwhile Called before the first block; `before` before the commit.
 * @returns The number of blocks that were sent.
 */
async function replace(
  files: Files,
  content: Uint8Array<ArrayBuffer>,
  { token, order = (blocks) => blocks, meanwhile, before }: {
    token?: string;
    order?: (blocks: ReturnType<typeof blocksOf>) => ReturnType<typeof blocksOf>;
    meanwhile?: () => Promise<unknown>;
    before?: () => Promise<unknown>;
  } = {},
): Promise<number> {
  const options = { bytes: content.length, precondition: { kind: "any" }, token } as const;
  await using upload = await files.stage("file", options);
  const held = new Map<number, Uint8Array>();
  for await (const { index, digest } of upload.have()) held.set(index, digest.slice());
  await meanwhile?.();
  let sent = 0;
  for (const block of order(blocksOf(content))) {
    const there = held.get(block.index);
    if (there !== undefined && sameDigest(there, block.digest)) await upload.keep(block);
    else {
      await upload.write(block);
      sent++;
    }
  }
  await before?.();
  await upload.commit(totalOf(content));
  return sent;
}

const LARGE = sampleBytes(40 * BLOCK_BYTES + 1000);

function changed(bytes: Uint8Array, ...at: number[]): Uint8Array<ArrayBuffer> {
  const other = bytes.slice();
  for (const offset of at) other[offset]! ^= 1;
  return other;
}

Deno.test(
  "a put that changes 1 MiB of a large file moves one part to the store",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl();
    await using one = await serve(url);
    await put(one.files, "file", LARGE);
    const { sent, received } = one.tap;
    const other = changed(LARGE, 17 * BLOCK_BYTES + 5);
    assertEquals(await replace(one.files, other), 1);
    const moved = [one.tap.sent - sent, one.tap.received - received];
    const figure = moved.map((bytes) => (bytes / BLOCK_BYTES).toFixed(2)).join(" and ");
    assert(moved[0]! < 8.2 * BLOCK_BYTES, `${figure} MiB were sent and received`);
    // The other blocks of the changed part are read, and nothing behind them.
    assert(moved[1]! < 7.2 * BLOCK_BYTES, `${figure} MiB were sent and received`);
    assertEquals(await get(one.files, "file"), other);
  },
);

Deno.test(
  "parts are copied at any place, in any order, and for content of another length",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl();
    await using one = await serve(url);
    await put(one.files, "file", LARGE);
    const shuffled = <T>(blocks: T[]) =>
      blocks.toSorted((_, i) => (Number(i) * 7919) % 13 - 6).reverse();
    const contents = [
      changed(LARGE, 0, LARGE.length - 1),
      LARGE.slice(0, 23 * BLOCK_BYTES),
      LARGE.slice(0, 11 * BLOCK_BYTES + 9),
      changed(sampleBytes(31 * BLOCK_BYTES), 12 * BLOCK_BYTES),
      LARGE,
      LARGE.slice(0, 3 * BLOCK_BYTES),
      LARGE.slice(0, 4 * BLOCK_BYTES),
    ];
    for (const content of contents) {
      await replace(one.files, content, { order: shuffled });
      assertEquals(await get(one.files, "file"), content);
    }
  },
);

Deno.test(
  "a base that another tool replaces meanwhile is not mixed with the new content",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl();
    const { bucket } = storeTool(url);
    await using one = await serve(url);
    await put(one.files, "file", LARGE);
    const foreign = sampleBytes(LARGE.length, 5);
    const other = changed(LARGE, LARGE.length - 1);
    const meanwhile = () => bucket.put("file", foreign);
    await refuses("conflict", () => replace(one.files, other, { meanwhile }));
    assertEquals(await get(one.files, "file"), foreign);
    await replace(one.files, other);
    assertEquals(await get(one.files, "file"), other);
  },
);

Deno.test(
  "an upload with copied parts resumes on another server",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl();
    const other = changed(LARGE, 2 * BLOCK_BYTES, 33 * BLOCK_BYTES);
    const token = "copied_and_resumed";
    await using two = await serve(url);
    {
      await using one = await serve(url);
      await put(one.files, "file", LARGE);
      const stop = () => Promise.reject(new Error("stop"));
      await replace(one.files, other, { token, before: stop }).catch(() => {});
    }
    const before = two.tap.sent;
    await replace(two.files, other, { token });
    assertEquals(await get(two.files, "file"), other);
    assert(two.tap.sent - before < 18 * BLOCK_BYTES);
  },
);
