/**
 * Resumable uploads, one request at a time.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { sampleBytes, sha256 } from "../../../testing/content.ts";
import { ask, TusPeer } from "../../../testing/tus.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const CONTENT = sampleBytes(3 * BLOCK_BYTES + 77);

async function names(server: WebServer): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(server.root));
  return entries.map(({ name }) => name).filter((name) => name !== ".ftserver").sort();
}

async function staged(server: WebServer): Promise<string[]> {
  const folder = join(server.root, ".ftserver", "staging");
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  return entries.map(({ name }) => name);
}

Deno.test("an upload in parts of any size appears at once with its last byte", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const cuts = [1, 2, 1000, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES];
  const facts = { filename: "d/é/a", lastModified: "1000000000000", other: "" };
  const location = await tus.create(facts, CONTENT.length);
  assertMatch(location, /^\/uploads\/[\w-]{32}$/);
  let offset = 0;
  for (const end of [...cuts, CONTENT.length]) {
    assertEquals(await tus.offset(location), offset);
    assertEquals(await names(server), []);
    const { status, headers } = await tus.patch(location, offset, CONTENT.subarray(offset, end));
    assertEquals([status, headers.get("upload-offset")], [204, `${end}`]);
    offset = end;
  }
  const path = join(server.root, "d", "é", "a");
  assertEquals(await Deno.readFile(path), CONTENT);
  assertEquals((await Deno.stat(path)).mtime?.getTime(), 1_000_000_000_000);
  const { headers } = await tus.head(location);
  assertEquals(headers.get("upload-length"), `${CONTENT.length}`);
  assertEquals(headers.get("content-location"), "/files/d/%C3%A9/a");
  assert(headers.get("upload-metadata")?.endsWith(",other"), "the metadata is returned as sent");
  const same = { "if-match": headers.get("etag")! };
  assertEquals((await ask(`${server.webUrl}/files/d/%C3%A9/a`, "HEAD", same)).status, 200);
  assertEquals(await staged(server), []);
  // Nothing was counted twice.
  assertEquals(
    server.events.findLast(({ event }) => event === "transfer.end")?.fields.moved,
    offset,
  );
});

Deno.test("an upload can be created together with its content, of any size", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  for (const size of [0, 1, BLOCK_BYTES, BLOCK_BYTES + 1]) {
    const body = CONTENT.subarray(0, size);
    const { status, headers } = await tus.post(`${size}`, size, {}, size === 0 ? undefined : body);
    assertEquals([status, headers.get("upload-offset")], [201, `${size}`]);
    assertEquals(await Deno.readFile(join(server.root, `${size}`)), body);
  }
  const half = await tus.post("half", 2000, {}, CONTENT.subarray(0, 1000));
  const location = half.headers.get("location")!;
  assertEquals(await tus.offset(location), 1000);
  const end = await tus.patch(location, 1000, CONTENT.subarray(1000, 2000));
  assertEquals(end.status, 204);
  assertEquals(await Deno.readFile(join(server.root, "half")), CONTENT.subarray(0, 2000));
});

Deno.test("the size can be sent later, also after the last byte", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const deferred = { "upload-metadata": "filename YQ==", "upload-defer-length": "1" };
  const create = async () => {
    const response = await ask(`${server.webUrl}/uploads/`, "POST", deferred);
    return response.headers.get("location")!;
  };
  for (const whole of [CONTENT, CONTENT.subarray(0, 2 * BLOCK_BYTES)]) {
    const location = await create();
    assertEquals((await tus.head(location)).headers.get("upload-defer-length"), "1");
    assertEquals((await tus.patch(location, 0, whole)).status, 204);
    assertEquals(await names(server), []);
    const length = { "upload-length": `${whole.length}` };
    const less = { "upload-length": `${whole.length - 1}` };
    assertEquals((await tus.patch(location, whole.length, "", less)).status, 400);
    assertEquals((await tus.patch(location, whole.length, "", length)).status, 204);
    assertEquals(await Deno.readFile(join(server.root, "a")), whole);
    await Deno.remove(join(server.root, "a"));
  }
  const location = await create();
  await tus.patch(location, 0, CONTENT.subarray(0, 5), { "upload-length": "10" });
  assertEquals((await tus.patch(location, 5, "12345", { "upload-length": "11" })).status, 400);
  assertEquals((await tus.patch(location, 5, "12345", { "upload-length": "10" })).status, 204);
  assertEquals((await Deno.stat(join(server.root, "a"))).size, 10);
});

Deno.test("a request that does not fit is refused, and changes nothing", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create("a", 10);
  await tus.patch(location, 0, "12345");
  const status = async (request: Promise<Response>) => (await request).status;
  const wrong = await tus.patch(location, 4, "5678");
  assertEquals([wrong.status, wrong.headers.get("upload-offset")], [409, "5"]);
  assertEquals(await status(tus.patch(location, 5, "123456")), 413);
  const chunks = ReadableStream.from([new Uint8Array(6)]);
  assertEquals(await status(tus.patch(location, 5, chunks)), 413, "without a Content-Length");
  assertEquals(await tus.offset(location), 5, "a file that is too long has no end yet");
  assertEquals(await status(tus.patch(location, 5, "1", { "content-type": "text/plain" })), 415);
  assertEquals(await status(tus.patch(location, 5, "1", { "upload-offset": "x" })), 400);
  assertEquals(await status(tus.patch(location, 5, "1", { "tus-resumable": "2.0.0" })), 412);
  assertEquals(await status(tus.patch("/uploads/no-such-upload", 5, "1")), 404);
  assertEquals(await status(ask(server.webUrl + location, "GET")), 405);
  assertEquals(await status(ask(server.webUrl + location, "POST")), 405);
  for (const length of ["-1", "x", "1.5", "", "99999999999999999"]) {
    assertEquals(await status(tus.post("b", 0, { "upload-length": length })), 400, length);
  }
  assertEquals(await status(tus.post("b", 0, { "upload-length": "9007199254740992" })), 413);
  assertEquals(await status(tus.post("b", 0, { "upload-defer-length": "1" })), 400);
  assertEquals(await status(tus.post("b", 4, {}, "12345")), 413);
  assertEquals(await status(tus.post("b", 4, { "content-type": "text/plain" }, "1234")), 415);
  assertEquals(await status(tus.patch(location, 5, "67890")), 204);
  assertEquals(await status(tus.patch(location, 10, "")), 204, "it is complete");
  assertEquals(await Deno.readTextFile(join(server.root, "a")), "1234567890");
  assertEquals(await names(server), ["a"]);
});

Deno.test("methods that a program cannot send come in a field of POST", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create("a", 3);
  const post = (method: string, body?: BodyInit) => {
    const type = "application/offset+octet-stream";
    const fields = { "x-http-method-override": method, "upload-offset": "0", "content-type": type };
    return ask(server.webUrl + location, "POST", fields, body);
  };
  assertEquals((await post("PATCH", "abc")).status, 204);
  assertEquals((await post("HEAD")).headers.get("upload-offset"), "3");
  assertEquals((await post("GET")).status, 405);
  assertEquals((await post("constructor")).status, 405);
  assertEquals((await post("DELETE")).status, 204);
  assertEquals((await tus.head(location)).status, 404);
  assertEquals(await names(server), ["a"], "the file stays");
});

Deno.test("a part with a wrong checksum is 460, and does not count", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create({ filename: "a", sha256: sha256(CONTENT) }, CONTENT.length);
  const patch = async (start: number, end: number, algorithm: string, of = end) => {
    const digest = createHash(algorithm).update(CONTENT.subarray(start, of)).digest("base64");
    const field = { "upload-checksum": `${algorithm} ${digest}` };
    return (await tus.patch(location, start, CONTENT.subarray(start, end), field)).status;
  };
  let start = 0;
  const ends = [100, BLOCK_BYTES + 100, 2 * BLOCK_BYTES, CONTENT.length];
  for (const [i, end] of ends.entries()) {
    const algorithm = ["sha256", "sha1", "md5", "sha1"][i]!;
    assertEquals(await patch(start, end, algorithm, end - 1), 460);
    assertEquals(await tus.offset(location), start);
    assertEquals(await names(server), []);
    assertEquals(await patch(start, end, algorithm), 204);
    start = end;
  }
  assertEquals(await Deno.readFile(join(server.root, "a")), CONTENT);
  const other = await tus.create("b", 1);
  for (const field of ["sha512 x", "sha256", "sha256 x", "constructor x", "md5 AAAA"]) {
    assertEquals((await tus.patch(other, 0, "1", { "upload-checksum": field })).status, 400, field);
  }
});

Deno.test("content that is not the announced one never becomes visible", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const other = sha256(sampleBytes(1));
  for (const key of ["sha256", "root"]) {
    const location = await tus.create({ filename: key, [key]: other }, CONTENT.length);
    await tus.patch(location, 0, CONTENT.subarray(0, BLOCK_BYTES + 5));
    const rest = CONTENT.subarray(BLOCK_BYTES + 5);
    assertEquals((await tus.patch(location, BLOCK_BYTES + 5, rest)).status, 422);
    assertEquals((await tus.head(location)).status, 404);
  }
  assertEquals([await names(server), await staged(server)], [[], []]);
  const whole = await tus.post("c", CONTENT.length, {}, CONTENT);
  const root = whole.headers.get("etag")!.slice(1, -1);
  const facts = { filename: "d", root, sha256: sha256(CONTENT).toUpperCase() };
  assertEquals((await tus.post(facts, CONTENT.length, {}, CONTENT)).status, 201);
});
