import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { contentDigest } from "../../../lib/blocks/manifest.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { webServer } from "../../../testing/web_server.ts";

Deno.test("GET sends a file of several blocks, and any range of it", async () => {
  await using server = await webServer();
  const content = sampleBytes(2 * BLOCK_BYTES + 1000);
  await Deno.writeFile(join(server.root, "a b.bin"), content);
  const get = async (range?: string) => {
    const headers = range === undefined ? undefined : { range };
    const response = await server.fetch("/files/a%20b.bin", { headers });
    return [
      response.status,
      response.headers.get("content-range"),
      await response.bytes(),
    ] as const;
  };
  assertEquals(await get(), [200, null, content]);
  for (const [start, end] of [[0, 1], [BLOCK_BYTES - 1, BLOCK_BYTES + 1], [5, content.length]]) {
    const range = `bytes ${start}-${end! - 1}/${content.length}`;
    const expected = [206, range, content.subarray(start, end)] as const;
    assertEquals(await get(`bytes=${start}-${end! - 1}`), expected, range);
  }
  const [status, range] = await get(`bytes=${content.length}-`);
  assertEquals([status, range], [416, `bytes */${content.length}`]);
});

Deno.test("a range before the end of a file is no complete download, as --once waits for", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a.txt"), "0123456789");
  const get = async (range: string) => {
    const response = await server.fetch("/files/a.txt", { headers: { range } });
    await response.bytes();
  };
  let downloaded = false;
  server.server.downloaded.then(() => downloaded = true);
  await get("bytes=0-8");
  await get("bytes=3-4,0-1");
  assertEquals(downloaded, false);
  await get("bytes=9-");
  await server.server.downloaded;
});

Deno.test("GET sends several ranges as parts, in the order asked for", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a.txt"), "0123456789");
  const headers = { range: "bytes=7-8,0-1" };
  const response = await server.fetch("/files/a.txt", { headers });
  const text = await response.text();
  assertEquals(response.headers.get("content-length"), String(text.length));
  const type = response.headers.get("content-type") ?? "";
  const [, boundary = ""] = /^multipart\/byteranges; boundary=(.*)$/.exec(type) ?? [];
  const parts = text.split(`--${boundary}`);
  assertEquals(parts.length, 4);
  assertMatch(parts[1]!, /content-range: bytes 7-8\/10\r\n\r\n78\r\n$/);
  assertMatch(parts[2]!, /content-range: bytes 0-1\/10\r\n\r\n01\r\n$/);
});

Deno.test("GET answers 304, 412 and 206 by the tags and times of a file", async () => {
  await using server = await webServer();
  const put = await server.fetch("/files/a.txt", { method: "PUT", body: "0123456789" });
  await put.bytes();
  const get = async (headers: Record<string, string>) => {
    const response = await server.fetch("/files/a.txt", { headers });
    await response.bytes();
    return response;
  };
  const first = await get({});
  // A root is remembered only of content that has not just changed, so this is another tag.
  const tags = [put, first].map(({ headers }) => headers.get("etag")!);
  assert(tags[0] !== tags[1]);
  await Deno.utime(join(server.root, "a.txt"), 1_000_000, 1_000_000);
  tags[1] = (await get({})).headers.get("etag")!;
  const modified = (await get({})).headers.get("last-modified")!;
  const status = async (headers: Record<string, string>) => (await get(headers)).status;
  for (const etag of tags) {
    assertEquals(await status({ "if-none-match": `"x", ${etag}` }), 304);
    assertEquals(await status({ "if-none-match": `W/${etag}` }), 304);
    assertEquals(await status({ "if-match": etag }), 200);
    assertEquals(await status({ "if-match": `W/${etag}` }), 412);
    assertEquals(await status({ "if-range": etag, range: "bytes=0-1" }), 206);
    assertEquals(await status({ "if-range": `W/${etag}`, range: "bytes=0-1" }), 200);
  }
  assertEquals(await status({ "if-match": '"x"' }), 412);
  assertEquals(await status({ "if-none-match": '"x"', "if-modified-since": modified }), 200);
  assertEquals(await status({ "if-modified-since": modified }), 304);
  assertEquals(await status({ "if-modified-since": "Mon, 12 Jan 1970 13:46:39 GMT" }), 200);
  assertEquals(await status({ "if-unmodified-since": "Mon, 12 Jan 1970 13:46:39 GMT" }), 412);
  assertEquals(await status({ "if-range": modified, range: "bytes=0-1" }), 206);
  assertEquals(await status({ "if-range": '"x"', range: "bytes=0-1" }), 200);
  assertEquals(await status({ "if-none-match": "x" }), 400);
});

Deno.test("GET sends Repr-Digest where the digest is known, and where it is wanted", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a.txt"), "abc");
  const digestOf = async (headers: Record<string, string>) => {
    const response = await server.fetch("/files/a.txt", { method: "HEAD", headers });
    return response.headers.get("repr-digest");
  };
  const sum = Uint8Array.fromHex(contentDigest(new TextEncoder().encode("abc"))).toBase64();
  assertEquals(await digestOf({}), null);
  assertEquals(await digestOf({ "want-repr-digest": "md5=1, sha-256=5" }), `sha-256=:${sum}:`);
  assertEquals(await digestOf({}), `sha-256=:${sum}:`);
});

Deno.test("bit-flip-on-disk: GET sends no damaged block, and no complete answer", async () => {
  await using server = await webServer();
  const path = join(server.root, "a.bin");
  const content = sampleBytes(2 * BLOCK_BYTES);
  await Deno.writeFile(path, content);
  await Deno.utime(path, 1000, 1000);
  const get = () => server.fetch("/files/a.bin").then((response) => response.bytes());
  assertEquals(await get(), content);
  // The system changes a revision with each write, so the damage is in what is remembered.
  await server.server.drain();
  using database = new DatabaseSync(join(server.state, "digests.sqlite"));
  database.exec("UPDATE digests SET digests = zeroblob(length(digests))");
  await server.restart();
  const response = await fetch(`${server.server.webUrl}/files/a.bin`);
  assertEquals(response.status, 422);
  assertEquals((await response.json()).code, "integrity");
});
