/**
 * Digests of blocks, which a client announces with each part.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { blockDigest, rootOf } from "../../../lib/blocks/manifest.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { ask, TusPeer } from "../../../testing/tus.ts";
import { webServer } from "../../../testing/web_server.ts";

const CONTENT = sampleBytes(3 * BLOCK_BYTES + 77);

function digestsOf(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const all: number[] = [];
  for (let at = 0; at < content.length; at += BLOCK_BYTES) {
    all.push(...blockDigest(content.subarray(at, at + BLOCK_BYTES)));
  }
  return new Uint8Array(all);
}

const DIGESTS = digestsOf(CONTENT);

/** The field with the digests of some blocks. */
function field(start: number, end: number) {
  return { "upload-block-digests": DIGESTS.subarray(start * 32, end * 32).toBase64() };
}

Deno.test("each block is compared with its digest, whatever the parts are", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const root = { "upload-root": rootOf(DIGESTS, CONTENT.length) };
  const cuts = [0, 100, BLOCK_BYTES + 5, 2 * BLOCK_BYTES, CONTENT.length];
  const location = await tus.create("a", CONTENT.length);
  for (const [i, end] of cuts.slice(1).entries()) {
    const start = cuts[i]!;
    const first = Math.floor(start / BLOCK_BYTES);
    // The block at the end of a part is compared with the part in which it ends.
    const last = end === CONTENT.length ? 4 : Math.floor(end / BLOCK_BYTES);
    const more = { ...field(first, last), ...(last === 4 ? root : {}) };
    assertEquals(
      (await tus.patch(location, start, CONTENT.subarray(start, end), more)).status,
      204,
    );
  }
  assertEquals(await Deno.readFile(join(server.root, "a")), CONTENT);
  const whole = await tus.post("b", CONTENT.length, { ...field(0, 4), ...root }, CONTENT);
  assertEquals(whole.status, 201);
});

Deno.test("a block that is not as announced does not count, and those before it do", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create("a", CONTENT.length);
  // The damage is in the part of a block that came with an earlier request.
  const damaged = CONTENT.slice(0, BLOCK_BYTES + 10);
  damaged[BLOCK_BYTES + 3]! ^= 1;
  assertEquals((await tus.patch(location, 0, damaged, field(0, 1))).status, 204);
  const next = CONTENT.subarray(BLOCK_BYTES + 10, 3 * BLOCK_BYTES);
  const wrong = await tus.patch(location, BLOCK_BYTES + 10, next, field(1, 3));
  assertEquals(wrong.status, 460);
  assertEquals(await tus.offset(location), BLOCK_BYTES);
  const again = CONTENT.slice(BLOCK_BYTES, 3 * BLOCK_BYTES);
  again[again.length - 1]! ^= 1;
  assertEquals((await tus.patch(location, BLOCK_BYTES, again, field(1, 3))).status, 460);
  assertEquals(await tus.offset(location), 2 * BLOCK_BYTES);
  const rest = CONTENT.slice(2 * BLOCK_BYTES);
  rest[rest.length - 1]! ^= 1;
  assertEquals((await tus.patch(location, 2 * BLOCK_BYTES, rest, field(2, 4))).status, 460);
  assertEquals(await tus.offset(location), 3 * BLOCK_BYTES);
  await server.restart();
  const end = CONTENT.subarray(3 * BLOCK_BYTES);
  assertEquals((await tus.patch(location, 3 * BLOCK_BYTES, end, field(3, 4))).status, 204);
  assertEquals(await Deno.readFile(join(server.root, "a")), CONTENT);
});

Deno.test("content with another root than the announced one never becomes visible", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create("a", CONTENT.length);
  const wrong = { "upload-root": "0".repeat(64) };
  assertEquals((await tus.patch(location, 0, CONTENT, wrong)).status, 422);
  assertEquals((await tus.head(location)).status, 404);
  assertEquals((await tus.post("b", CONTENT.length, wrong, CONTENT)).status, 422);
  for (const name of ["a", "b"]) {
    assertEquals((await ask(`${server.webUrl}/files/${name}`, "HEAD")).status, 404);
  }
});

Deno.test("fields that are no digests, or lack one, are refused", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create("a", CONTENT.length);
  for (const digests of ["?", "AAAA", field(0, 1)["upload-block-digests"] + "A", ""]) {
    const more = { "upload-block-digests": digests };
    assertEquals((await tus.patch(location, 0, CONTENT, more)).status, 400, digests);
    assertEquals(await tus.offset(location), 0);
  }
  const short = await tus.patch(location, 0, CONTENT.subarray(0, 2 * BLOCK_BYTES), field(0, 1));
  assertEquals([short.status, await tus.offset(location)], [400, BLOCK_BYTES]);
  const root = { "upload-root": "x" };
  assertEquals((await tus.patch(location, BLOCK_BYTES, "1", root)).status, 400);
  const options = await ask(`${server.webUrl}/uploads/`, "OPTIONS");
  assertMatch(options.headers.get("tus-extension") ?? "", /,block-digests$/);
});
