/**
 * The memory of a real server during uploads that arrive faster than its store takes them.
 */

import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { forEachBounded } from "../../lib/base/pipeline.ts";
import { blockDigest, rootOf } from "../../lib/blocks/manifest.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { joined } from "../../testing/bytes.ts";
import { CEPH_CREDENTIALS } from "../../testing/ceph/ceph_store.ts";
import { sampleBytes } from "../../testing/content.ts";
import { startMemoryBucket } from "../../testing/object_store/memory_bucket_process.ts";
import { peakMiB } from "../../testing/programs/peak_memory.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { skipUnless } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const { accessKey, secretKey } = CEPH_CREDENTIALS;
const KEYS = { FTSERVER_S3_ACCESS_KEY: accessKey, FTSERVER_S3_SECRET_KEY: secretKey };
const NEEDS_PROC = skipUnless(Deno.build.os === "linux", "needs /proc");

const UPLOADS = 8;
const BLOCKS = 20;
const MOST_MIB = 250;

/** Uploads a file as fast as the server takes it. */
async function upload(host: string, name: string, block: Uint8Array<ArrayBuffer>): Promise<void> {
  await using remote = await openRemote(parseEndpoint(host), { timeoutMs: 60_000 });
  const bytes = BLOCKS * BLOCK_BYTES;
  await using upload = await remote.files!.stage(name, { bytes });
  const digest = blockDigest(block);
  await forEachBounded(Array.from({ length: BLOCKS }).keys(), BLOCKS, async (index) => {
    await upload.write({ index, bytes: block.slice(), digest, [Symbol.dispose]() {} });
  });
  const root = rootOf(joined(...Array.from({ length: BLOCKS }, () => digest)), bytes);
  assertEquals((await upload.commit({ bytes, root })).bytes, bytes);
}

Deno.test(
  `a server has at most ${MOST_MIB} MiB while ${UPLOADS} uploads wait for a slow store`,
  NEEDS_PROC,
  async () => {
    await using dir = await tempDir();
    await using store = await startMemoryBucket(100);
    const args = ["--store", store.url];
    await using server = await ServerProcess.start({ state: dir.path, args, env: KEYS });
    const block = sampleBytes(BLOCK_BYTES);
    const names = Array.from({ length: UPLOADS }, (_, i) => `file${i}`);
    await Promise.all(names.map((name) => upload(server.url, name, block)));
    const peak = await peakMiB(server.pid) ?? NaN;
    assert(peak <= MOST_MIB, `${peak.toFixed(0)} MiB`);
  },
);
