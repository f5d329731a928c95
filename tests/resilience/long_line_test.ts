/**
 * Transfers over a line with a long round trip: windows follow it.
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import { BLOCK_BYTES, MAX_BLOCKS_UNDER_WAY, STREAM_WINDOW_BYTES } from "../../lib/base/limits.ts";
import type { TransferEvent } from "../../lib/client/remote/transfer_events.ts";
import { FtError } from "../../lib/base/errors.ts";
import { uint32s } from "../../lib/native/messages.ts";
import { fileSha256, sampleBytes, sha256 } from "../../testing/content.ts";
import { LongLine } from "../../testing/network/long_line.ts";
import { NativePeer } from "../../testing/network/native_peer.ts";
import { testServer } from "../../testing/test_server.ts";
import { done, failure, get, opener, put } from "./transfers.ts";

const MiB = 1 << 20;
const BYTES = sampleBytes(40 * MiB + 5);
/** So long that a slow machine, too, uses up the start window before its first credit. */
const FAR = { delayMs: 300 };

/** A server at the far end of a line, with a file `f` on both sides. */
async function farServer(options: { delayMs: number } = FAR) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer());
  const line = stack.use(LongLine.start(server.port, options));
  const local = `${server.dir.path}/f`;
  await Deno.writeFile(`${server.root}/f`, BYTES);
  await Deno.writeFile(local, BYTES);
  const opened = stack.move();
  return {
    ...{ server, line, local, url: `ft://127.0.0.1:${line.port}` },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

Deno.test("long-line: more than the start window is under way, in both directions", async () => {
  await using far = await farServer();
  const { server, line, url, local } = far;
  done(await get(url, "f", `${local}.got`));
  assertEquals(await fileSha256(`${local}.got`), sha256(BYTES));
  done(await put(url, local, "g"));
  assertEquals(await fileSha256(`${server.root}/g`), sha256(BYTES));
  const { up, down } = line.most;
  assert(Math.min(up, down) > STREAM_WINDOW_BYTES + 4 * MiB, `${up} up, ${down} down`);
  assertLess(up, (MAX_BLOCKS_UNDER_WAY + 1) * BLOCK_BYTES);
});

Deno.test("long-line: an older client gets no more than its window, and is granted no more", async () => {
  await using far = await farServer();
  await using peer = await NativePeer.greet(far.url);
  await peer.request(1, { op: "read", path: "f" });
  await peer.next(1, "ITEM");
  const counted = () => far.line.most.down;
  for (let last = -1; counted() > last;) {
    last = counted();
    await peer.send("PING", new Uint8Array(8));
    while ((await peer.read())?.type !== "PONG");
  }
  assertLess(counted(), STREAM_WINDOW_BYTES + 2 * MiB);
  const stage = { op: "stage", path: "g", precondition: { kind: "any" }, executable: false };
  await peer.request(2, stage);
  await peer.next(2, "ITEM");
  // The second ITEM is the next frame: no CRED comes before it.
  for (let frame = await peer.read(); frame?.type !== "ITEM"; frame = await peer.read()) {
    assert(frame?.type !== "CRED");
  }
  await peer.sendOn(1, "CRED", uint32s(STREAM_WINDOW_BYTES * 2));
  assertEquals((await peer.failure(0)).code, "protocol");
});

Deno.test("long-line: a ping overtakes what is not sent yet, and a stopped get leaves the connection usable", async () => {
  await using far = await farServer();
  await using remote = await opener(far.url)();
  const stopped = new AbortController();
  const reading = await remote.files.read("f", undefined, { signal: stopped.signal });
  const blocks = reading.blocks[Symbol.asyncIterator]();
  (await blocks.next()).value![Symbol.dispose]();
  let taken = 1;
  const rest = (async () => {
    for (let next = await blocks.next(); !next.done; next = await blocks.next(), taken++) {
      next.value[Symbol.dispose]();
    }
  })().catch((error) => error as FtError);
  await remote.ping();
  assertLess(taken, BYTES.length / BLOCK_BYTES);
  stopped.abort(new FtError("interrupted", "ctrl-C"));
  assertEquals(((await rest) as FtError).code, "interrupted");
  await reading[Symbol.asyncDispose]();
  assertEquals((await remote.files.stat("f")).bytes, BYTES.length);
});

/** Calls `then` when the first content has arrived. */
function atFirstContent(then: () => void): (event: TransferEvent) => void {
  let called = false;
  return (event) => {
    if (called || event.kind !== "progress" || event.moved === 0) return;
    called = true;
    then();
  };
}

Deno.test("long-line: a server that stops waits for what is under way", async () => {
  await using far = await farServer();
  const { server, url, local } = far;
  const drained = Promise.withResolvers<void>();
  const watch = atFirstContent(() =>
    void server.server.drain().then(drained.resolve, drained.reject)
  );
  done(await get(url, "f", `${local}.got`, { watch }));
  await drained.promise;
  assertEquals(await fileSha256(`${local}.got`), sha256(BYTES));
});

Deno.test("long-line: a line that is cut while much is under way is noticed, and the get resumes", async () => {
  await using far = await farServer({ delayMs: 100 });
  const { server, line, url, local } = far;
  const watch = atFirstContent(() => line.cut());
  assertEquals(failure(await get(url, "f", `${local}.got`, { watch, retries: 0 })).code, "network");
  const again = done(await get(server.url, "f", `${local}.got`));
  assertLess(again.moved, BYTES.length);
  assertEquals(await fileSha256(`${local}.got`), sha256(BYTES));
});
