/**
 * Uploads over HTTP at the servers of one bucket and one cluster.
 */

import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES, OBJECT_PART_BYTES } from "../../lib/base/limits.ts";
import { contentDigest } from "../../lib/blocks/manifest.ts";
import { parseBusAddress } from "../../lib/cluster/bus_address.ts";
import { Nats, NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { sampleBytes } from "../../testing/content.ts";
import { openMemoryStore } from "../../testing/object_store/memory_store.ts";
import { TusPeer } from "../../testing/tus.ts";
import { webServer } from "../../testing/web_server.ts";

const CONTENT = sampleBytes(2 * OBJECT_PART_BYTES + 77);
/** More than one part. */
const STEP = 5 * BLOCK_BYTES + 9;

Deno.test({
  name: "an upload over HTTP goes on at any server of a cluster, as often as its client moves",
  ...NEEDS_NATS,
  async fn() {
    await using nats = await Nats.start();
    await using memory = await openMemoryStore();
    const options = { bucket: memory.served, cluster: parseBusAddress(nats.url) };
    await using one = await webServer(options);
    await using two = await webServer(options);
    const peers = [one, two].map(({ webUrl }) => new TusPeer(webUrl));
    const at = await peers[0]!.create("file", CONTENT.length);
    let offset = 0;
    let best = 0;
    for (let turn = 1; best < CONTENT.length; turn++) {
      assert(turn < 20, `${best} bytes after ${turn} turns`);
      const peer = peers[turn % peers.length]!;
      offset = await peer.offset(at);
      const end = Math.min(CONTENT.length, offset + STEP);
      assertEquals((await peer.patch(at, offset, CONTENT.slice(offset, end))).status, 204);
      best = Math.max(best, end);
    }
    for (const [i, server] of [one, two].entries()) {
      const got = await (await server.fetch("/files/file")).bytes();
      assertEquals(contentDigest(got), contentDigest(CONTENT));
      assertEquals(await peers[i]!.offset(at), CONTENT.length);
    }
  },
});
