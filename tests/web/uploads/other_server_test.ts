/**
 * Resumable uploads that another server of the same bucket continues.
 */

import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES, OBJECT_PART_BYTES } from "../../../lib/base/limits.ts";
import { contentDigest } from "../../../lib/blocks/manifest.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { openMemoryStore } from "../../../testing/object_store/memory_store.ts";
import { TusPeer } from "../../../testing/tus.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const CONTENT = sampleBytes(2 * OBJECT_PART_BYTES + 3 * BLOCK_BYTES + 77);
const RECORDS = ".ftserver/uploads/";

async function content(server: WebServer): Promise<string> {
  return contentDigest(await (await server.fetch("/files/file")).bytes());
}

/** Two servers of a bucket. */
async function pair() {
  await using stack = new AsyncDisposableStack();
  const memory = stack.use(await openMemoryStore());
  const start = async () => stack.use(await webServer({ bucket: memory.served }));
  const [one, two] = [await start(), await start()];
  const [here, there] = [new TusPeer(one.webUrl), new TusPeer(two.webUrl)];
  const { bucket } = memory.store.sweepContext;
  const owned = stack.move();
  return {
    ...{ one, two, here, there, bucket },
    records: async () => (await bucket.first(RECORDS, 10)).map(({ key }) => key),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

for (const cut of [0, 100, 5 * BLOCK_BYTES + 5, OBJECT_PART_BYTES, 2 * OBJECT_PART_BYTES + 9]) {
  Deno.test(`another server of the bucket continues an upload over HTTP after ${cut} bytes`, async () => {
    await using servers = await pair();
    const { one, two, here, there } = servers;
    const at = await here.create({ filename: "file", other: "é" }, CONTENT.length);
    if (cut > 0) assertEquals((await here.patch(at, 0, CONTENT.slice(0, cut))).status, 204);
    // A server that stops stores what is not complete.
    await one[Symbol.asyncDispose]();
    const head = await there.head(at);
    assertEquals([head.status, head.headers.get("upload-offset")], [200, `${cut}`]);
    assertEquals(head.headers.get("upload-length"), `${CONTENT.length}`);
    assertEquals((await there.patch(at, cut, CONTENT.slice(cut))).status, 204);
    assertEquals(await content(two), contentDigest(CONTENT));
    assertEquals(await there.offset(at), CONTENT.length);
    assertEquals(await there.discard(at), 204);
    assertEquals(await servers.records(), []);
  });
}

Deno.test("an upload over HTTP goes from server to server and back while both run", async () => {
  await using servers = await pair();
  const { one, two, here, there } = servers;
  const at = await here.create("file", CONTENT.length);
  const peers = [here, there, here, there, there, here];
  let sent = 0;
  for (const [turn, peer] of peers.entries()) {
    const offset = await peer.offset(at);
    assert(offset <= sent && sent - offset <= 2 * OBJECT_PART_BYTES, `${offset} of ${sent} bytes`);
    sent = turn + 1 === peers.length ? CONTENT.length : offset + 4 * BLOCK_BYTES - 7;
    sent = Math.min(sent, CONTENT.length);
    assertEquals((await peer.patch(at, offset, CONTENT.slice(offset, sent))).status, 204);
  }
  for (const server of [one, two]) assertEquals(await content(server), contentDigest(CONTENT));
  assertEquals([await here.offset(at), await there.offset(at)], [sent, sent]);
});

Deno.test("no server believes a record of an upload that breaks a rule or is another user's", async () => {
  await using servers = await pair();
  const { here, there, bucket } = servers;
  const at = await here.create("file", CONTENT.length);
  const [key] = await servers.records();
  const record = JSON.parse(new TextDecoder().decode((await bucket.read(key!, 1e6))!.bytes));
  const wrong: object[] = [
    { owner: "user somebody" },
    { state: "strange" },
    { bytes: -1 },
    { digests: "AAAA" },
    { digests: "=" },
    { tailDigest: "zz" },
    { facts: { ...record.facts, existing: "always" } },
  ];
  for (const change of wrong) {
    await bucket.put(key!, JSON.stringify({ ...record, ...change }));
    assertEquals((await there.head(at)).status, 404, JSON.stringify(change));
  }
  await bucket.put(key!, "not JSON");
  assertEquals((await there.head(at)).status, 404);
  // Digests of content that nobody has sent bring nothing.
  const digests = new Uint8Array(32 * 4).toBase64();
  await bucket.put(key!, JSON.stringify({ ...record, digests }));
  assertEquals(await there.offset(at), 0);
});
