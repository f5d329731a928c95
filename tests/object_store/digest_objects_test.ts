import { assert, assertEquals } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { DigestObjects } from "../../lib/object_store/digest_objects.ts";
import { sweepDigests, sweepIfDue } from "../../lib/object_store/digest_sweep.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import type { Files } from "../../lib/service/files.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { storeTap } from "../../testing/ceph/store_tap.ts";
import { storeTool } from "../../testing/ceph/store_tool.ts";
import { sampleBytes } from "../../testing/content.ts";
import { testServer } from "../../testing/test_server.ts";
import { until } from "../../testing/until.ts";
import { get, put, totalOf } from "../conformance/content.ts";
import { put as putDirectly } from "../storage/store_conformance.ts";

const shared = sharedCeph();
const LARGE = sampleBytes(7 * BLOCK_BYTES + 5);
const credentials = CEPH_CREDENTIALS;

function toolFor(url: string) {
  const { bucket, keys } = storeTool(url);
  return { bucket, digests: () => keys("pre/.ftserver/digests/") };
}

/** Starts a server of a bucket, which counts what it moves. */
async function serve(url: string) {
  await using stack = new AsyncDisposableStack();
  const place = parseStoreUrl(url);
  const tap = stack.use(storeTap(place.endpoint));
  const bucket = { place: { ...place, endpoint: tap.endpoint }, credentials };
  const server = stack.use(await testServer({ bucket }));
  const files = stack.use(await server.connect({ timeoutMs: 60_000 })).files!;
  const owned = stack.move();
  return { files, tap, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function rootOf(files: Files, path: string): Promise<string | undefined> {
  const [found] = await Array.fromAsync(files.statMany([path]));
  return (found as { value?: { root?: string } }).value?.root;
}

Deno.test(
  "a second server of a bucket hashes nothing that the first has written or hashed",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl("pre");
    const { bucket, digests } = toolFor(url);
    await bucket.put("pre/foreign", LARGE);
    await using one = await serve(url);
    const { root } = totalOf(LARGE);
    await put(one.files, "ours", LARGE);
    assertEquals(await rootOf(one.files, "foreign"), root);
    const sha256 = await one.files.sum("ours", "sha256");
    await until(async () => (await digests()).length === 2);
    await until(async () => {
      const [, ours] = await digests();
      return (await bucket.find(ours!))?.headers.get("x-amz-meta-sha256") === sha256;
    });
    await using two = await serve(url);
    const before = two.tap.received;
    for (const name of ["ours", "foreign"]) assertEquals(await rootOf(two.files, name), root);
    assertEquals(await two.files.sum("ours", "sha256"), sha256);
    const received = two.tap.received - before;
    assert(received < 20_000, `${received} bytes were read, of files with ${2 * LARGE.length}`);
    assertEquals(await get(two.files, "foreign"), LARGE);
  },
);

Deno.test(
  "digests in a bucket go with their objects, and follow them",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl("pre");
    const { bucket, digests } = toolFor(url);
    await using one = await serve(url);
    const { files } = one;
    for (const name of ["moved", "dir/removed", "replaced", "changed", "overwritten"]) {
      await put(files, name, LARGE);
    }
    await until(async () => (await digests()).length === 5);
    await files.move("moved", "dir/moved");
    await files.remove("dir/removed");
    await put(files, "replaced", sampleBytes(9), { precondition: { kind: "any" } });
    await files.setFacts("changed", { root: totalOf(LARGE).root, mtimeMs: 5000 });
    const names = async () => (await digests()).map((key) => key.slice(22).replace(/!.*/, ""));
    await until(async () => (await names()).join() === "changed,dir/moved,overwritten");
    const other = sampleBytes(7 * BLOCK_BYTES + 5, 2);
    await bucket.put("pre/overwritten", other);
    await using two = await serve(url);
    assertEquals(await rootOf(two.files, "overwritten"), totalOf(other).root);
    const before = two.tap.received;
    for (const name of ["changed", "dir/moved"]) {
      assertEquals(await rootOf(two.files, name), totalOf(LARGE).root);
    }
    assert(two.tap.received - before < 20_000);
  },
);

Deno.test(
  "the sweep removes digests of objects that are gone or have other content, once a day",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl("pre");
    const { bucket, digests } = toolFor(url);
    await using store = await shared.open(url);
    const names = ["a", "a b", "a!b/c!", "a0", "ä", "😀", "gone", "zz/other"];
    for (const name of names) {
      const { revision, path } = await putDirectly(store, name, `content of ${name}`);
      const blocks = { ...totalOf(LARGE), blockBytes: BLOCK_BYTES };
      const all = { blocks: { ...blocks, digests: new Uint8Array(8 * 32) }, sums: {} };
      store.digests.put({ path, revision, bytes: LARGE.length }, all);
    }
    await bucket.put("pre/.ftserver/digests/nonsense", "x");
    await until(async () => (await digests()).length === names.length + 1);
    await bucket.remove("pre/gone");
    await bucket.put("pre/zz/other", "changed by another tool");
    assertEquals(await sweepDigests(store.sweepContext), 3);
    assertEquals(await sweepDigests(store.sweepContext), 0);
    assertEquals((await digests()).length, names.length - 2);
    await bucket.remove("pre/a0");
    const { signal } = new AbortController();
    const counts = [1, 2, 3].map(() => sweepIfDue(store.sweepContext, signal));
    assertEquals((await Promise.all(counts)).sort(), [0, 0, 1], "one server does it");
    assertEquals(await sweepIfDue(store.sweepContext, signal), 0);
  },
);

Deno.test(
  "DigestObjects.find believes nothing that breaks a rule or is of another version",
  NEEDS_CEPH,
  async () => {
    const { bucket } = toolFor(await shared.newUrl());
    await using objects = new DigestObjects(bucket, ".ftserver/");
    const path = storePath("dir/file");
    const etag = "0123456789abcdef0123456789abcdef-2";
    const revision = `${etag}.${crypto.randomUUID()}`;
    const bytes = LARGE.length;
    const digests = new Uint8Array(8 * 32).fill(7);
    const key = objects.keys.of({ path, etag })!;
    const find = (file: object = {}) => objects.find({ path, revision, bytes, ...file });
    const write = async (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) => {
      const all = new Headers({ "x-amz-meta-bytes": String(bytes), ...headers });
      await bucket.put(key, body, { headers: all });
    };
    assertEquals(await find(), null);
    const sha256 = "ab".repeat(32);
    await write(digests, { "x-amz-meta-sha256": sha256 });
    const found = await find();
    assertEquals([found?.blocks?.digests, found?.sums], [digests, { sha256 }]);
    assertEquals(await find({ bytes: bytes + 1 }), null);
    assertEquals(await find({ path: storePath("dir/file2") }), null);
    assertEquals(await find({ revision: `${etag.replace("0", "1")}.17` }), null);
    assertEquals(await find({ revision: `${revision}-first-1k` }), null);
    assertEquals(await find({ revision: "../../other.17" }), null);
    await write(new Uint8Array(), { "x-amz-meta-sha256": sha256 });
    assertEquals(await find(), { blocks: null, sums: { sha256 } });
    const wrong: [Uint8Array<ArrayBuffer>, Record<string, string>][] = [
      [digests.slice(1), {}],
      [new Uint8Array(50_000_000), {}],
      [digests, { "x-amz-meta-bytes": "-1" }],
      [digests, { "x-amz-meta-bytes": "1e9" }],
      [digests, { "x-amz-meta-sha256": "AB".repeat(32) }],
      [digests, { "x-amz-meta-md5": "0" }],
    ];
    for (const [body, headers] of wrong) {
      await write(body, headers);
      assertEquals(await find(), null);
    }
    await bucket.put(key, digests);
    assertEquals(await find(), null, "without its size");
  },
);
