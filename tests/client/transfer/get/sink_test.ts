/**
 * Downloads into a stream: memory is used again only where the stream allows it.
 */

import { assert, assertEquals } from "@std/assert";
import { sampleBytes } from "../../../../testing/content.ts";
import { joined } from "../../../../testing/bytes.ts";
import { assertDone, Copies } from "../copies.ts";

const CONTENT = sampleBytes(20 * 1024 * 1024 + 777);

Deno.test("a stream that borrows chunks sees the content in few buffers", async () => {
  await using copies = await Copies.start();
  await Deno.writeFile(copies.served("f"), CONTENT);
  const seen: Uint8Array[] = [];
  const buffers = new Set<ArrayBuffer>();
  const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(bytes) {
      buffers.add(bytes.buffer);
      seen.push(bytes.slice());
    },
  });
  assertDone(await copies.get(["f"], { sink, sinkBorrows: true }), 1);
  assertEquals(joined(...seen), CONTENT);
  // Reading into memory detaches the buffer that it had before.
  const left = [...buffers].filter(({ detached }) => !detached);
  assert(left.length < seen.length, `${left.length} buffers for ${seen.length} chunks`);
});

Deno.test("a stream that keeps chunks has its own copies", async () => {
  await using copies = await Copies.start();
  await Deno.writeFile(copies.served("f"), CONTENT);
  const kept: Uint8Array[] = [];
  const sink = new WritableStream<Uint8Array>({ write: (bytes) => void kept.push(bytes) });
  assertDone(await copies.get(["f"], { sink }), 1);
  assertEquals(joined(...kept), CONTENT);
});
