/**
 * A store with a certificate of a private authority: its requests, and large parts on connections of
 * our own.
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES, OBJECT_PART_BYTES } from "../../lib/base/limits.ts";
import { servedBucket } from "../../lib/cli/server/start/served_bucket.ts";
import type { ServerContext } from "../../lib/cli/server/server_context.ts";
import { Client } from "../../lib/client/client.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { ObjectStore } from "../../lib/object_store/object_store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { makeAuthority } from "../../testing/authority.ts";
import { MemoryBucket } from "../../testing/object_store/memory_bucket.ts";
import { ServerProcess } from "../../testing/programs/server_process.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const authority = await makeAuthority();

/** A bucket in memory behind TLS. @param name The name in its certificate. */
async function tlsBucket(name = "localhost") {
  const { cert, key } = await authority.issue(name);
  const bucket = new MemoryBucket();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key, onListen() {} },
    (request) => bucket.answer(request),
  );
  return {
    url: `s3://bucket?endpoint=https://localhost:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Opens the bucket that flags name, as `ftserver serve` does. */
async function open(url: string, ca?: string): Promise<ObjectStore> {
  const values = { store: url, "store-ca": ca } as ServerContext["values"];
  const sources = {} as ServerContext["sources"];
  const readEnv = () => "key";
  const served = await servedBucket({ args: [], values, sources, readEnv } as never);
  return await ObjectStore.open(served!.place, served!.credentials);
}

Deno.test("a store with a certificate of the authority in --store-ca takes small and large files", async () => {
  await using dir = await tempDir();
  const ca = dir.join("ca.pem");
  await Deno.writeTextFile(ca, authority.pem);
  await using bucket = await tlsBucket();
  await using store = await open(bucket.url, ca);
  for (const bytes of [5, OBJECT_PART_BYTES + BLOCK_BYTES]) {
    await using stage = await store.stage("a_token_of_a_stage", "file");
    const block = new Uint8Array(Math.min(bytes, BLOCK_BYTES)).fill(7);
    for (let at = 0; at < bytes; at += BLOCK_BYTES) await stage.writeAt(at, block);
    await stage.publish(storePath("file"), { replace: true });
    assertEquals((await store.stat(storePath("file")))?.bytes, bytes);
  }
});

Deno.test("a store whose certificate is not trusted is refused at once, with advice", async () => {
  await using dir = await tempDir();
  const ca = dir.join("ca.pem");
  await Deno.writeTextFile(ca, authority.pem);
  await using bucket = await tlsBucket();
  const unknown = await assertRejects(() => open(bucket.url), FtError);
  assertEquals([unknown.code, unknown.retryable], ["tls", false]);
  assertMatch(
    unknown.message,
    /^Cannot trust localhost:\d+: no known authority issued its certificate \(.*--store-ca\)$/,
  );
  await using other = await tlsBucket("another.example");
  const { code, message } = await assertRejects(() => open(other.url, ca), FtError);
  assertEquals(code, "tls");
  assertMatch(message, /its certificate is (for another name|invalid)$/);
  await Deno.writeTextFile(ca, "no certificate");
  assertEquals((await assertRejects(() => open(bucket.url, ca), FtError)).code, "usage");
});

Deno.test("ftserver --store-ca reaches a store over TLS, with the permissions of the program", async () => {
  await using dir = await tempDir();
  const ca = dir.join("ca.pem");
  await Deno.writeTextFile(ca, authority.pem);
  await using bucket = await tlsBucket();
  const env = { FTSERVER_S3_ACCESS_KEY: "a", FTSERVER_S3_SECRET_KEY: "s" };
  const args = ["--store", bucket.url, "--store-ca", ca];
  await using server = await ServerProcess.start({ state: dir.join("state"), args, env });
  await Deno.writeFile(dir.join("file"), new Uint8Array(3 * BLOCK_BYTES));
  const open = () => openRemote(parseEndpoint(server.url), { timeoutMs: 30_000 });
  await using client = new Client(open, { retries: 0, identity: crypto.randomUUID() });
  assertEquals((await client.put(dir.join("file"), "file")).bytes, 3 * BLOCK_BYTES);
});
