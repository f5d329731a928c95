import { assert, assertEquals } from "@std/assert";
import { contentDigest } from "../../lib/blocks/manifest.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { sampleBytes } from "../../testing/content.ts";
import { TusPeer } from "../../testing/tus.ts";
import { webServer } from "../../testing/web_server.ts";

const shared = sharedCeph();
const CONTENT = sampleBytes(17 * BLOCK_BYTES + 77);

/** Starts a server of a bucket with HTTP access. */
function serve(url: string) {
  return webServer({ bucket: { place: parseStoreUrl(url), credentials: CEPH_CREDENTIALS } });
}

const checksumOf = (bytes: Uint8Array) => ({
  "upload-checksum": `sha256 ${Uint8Array.fromHex(contentDigest(bytes)).toBase64()}`,
});

/** Sends a part with its checksum. @returns The status. */
async function send(tus: TusPeer, at: string, [start, end]: readonly [number, number]) {
  const part = CONTENT.slice(start, end);
  return (await tus.patch(at, start, part, checksumOf(part))).status;
}

for (const cut of [9.5 * BLOCK_BYTES, 16 * BLOCK_BYTES, 17 * BLOCK_BYTES + 5, 100]) {
  Deno.test(
    `an upload over HTTP with a SHA-256 goes on after a restart of a server with a bucket (${cut})`,
    NEEDS_CEPH,
    async () => {
      await using server = await serve(await shared.newUrl());
      const tus = new TusPeer(server.webUrl);
      const facts = { filename: "file", sha256: contentDigest(CONTENT) };
      const at = await tus.create(facts, CONTENT.length);
      assertEquals(await send(tus, at, [0, cut]), 204);
      await server.restart();
      assertEquals(await tus.offset(at), cut);
      const more = Math.min(CONTENT.length - 1, cut + 6 * BLOCK_BYTES);
      assertEquals(await send(tus, at, [cut, more]), 204);
      await server.restart();
      assertEquals(await send(tus, at, [more, CONTENT.length]), 204);
      const got = await (await server.fetch("/files/file")).bytes();
      assertEquals(contentDigest(got), facts.sha256);
    },
  );
}

Deno.test(
  "an upload over HTTP that went on after a restart is refused if it has another SHA-256",
  NEEDS_CEPH,
  async () => {
    await using server = await serve(await shared.newUrl());
    const tus = new TusPeer(server.webUrl);
    const facts = { filename: "file", sha256: contentDigest(CONTENT.subarray(1)) };
    const at = await tus.create(facts, CONTENT.length);
    assertEquals(await send(tus, at, [0, 11 * BLOCK_BYTES]), 204);
    await server.restart();
    const status = await send(tus, at, [11 * BLOCK_BYTES, CONTENT.length]);
    assert(status >= 400, `${status}`);
    assertEquals(
      (await server.fetch("/files/file").then(async (r) => (await r.body?.cancel(), r))).status,
      404,
    );
  },
);
