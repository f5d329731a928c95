import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { OBJECT_PART_BYTES } from "../../lib/base/limits.ts";
import { Bucket } from "../../lib/object_store/bucket.ts";
import { Claims } from "../../lib/object_store/claims.ts";
import { S3Client } from "../../lib/object_store/s3_client.ts";
import { Multipart } from "../../lib/object_store/multipart.ts";
import { ObjectStore } from "../../lib/object_store/object_store.ts";
import { partMemory } from "../../lib/object_store/part_memory.ts";
import { parseStoreUrl } from "../../lib/object_store/store_url.ts";
import { ROOT, storePath } from "../../lib/storage/store_path.ts";
import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { CEPH_CREDENTIALS, sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { sampleBytes } from "../../testing/content.ts";
import { names, put, read, refuses } from "../storage/store_conformance.ts";

const shared = sharedCeph();

/** The bucket as another tool sees it. */
function otherTool(url: string) {
  const client = new S3Client({ ...parseStoreUrl(url), prefix: "" }, CEPH_CREDENTIALS);
  return {
    client,
    put: (key: string, body: string, headers: Record<string, string> = {}) =>
      client.head({ method: "PUT", key, body, headers }),
    get: async (key: string) => {
      const { bytes, headers } = await client.bytes({ method: "GET", key });
      return { text: new TextDecoder().decode(bytes), headers };
    },
  };
}

Deno.test(
  "ObjectStore serves the objects of other tools, and they can use its own",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl("pre");
    const { put: write, get } = otherTool(url);
    await write("outside", "not served");
    await write("pre/plain", "plain");
    await write("pre/deep/er/file", "deep");
    await write("pre/rclone", "r", { "x-amz-meta-mtime": "1700000000.123456789" });
    await write("pre/s3fs", "s", { "x-amz-meta-mtime": "1600000000", "x-amz-meta-mode": "33261" });
    await using store = await shared.open(url);
    assertEquals(await names(store, "."), ["deep", "plain", "rclone", "s3fs"]);
    assertEquals(await read(store, "deep/er/file"), "deep");
    assertEquals((await store.stat(storePath("deep")))?.type, "dir");
    assertEquals((await store.stat(storePath("rclone")))?.mtimeMs, 1_700_000_000_123);
    const { mtimeMs, mode, executable } = (await store.stat(storePath("s3fs")))!;
    assertEquals([mtimeMs, mode, executable], [1_600_000_000_000, 0o755, true]);
    assertEquals((await store.stat(storePath("plain")))?.mode, undefined);
    const listed = await Array.fromAsync(store.list(ROOT));
    for (const entry of listed) assertEquals(await store.stat(entry.path), entry);

    const facts = { mtimeMs: 1_650_000_000_500, mode: 0o640 };
    await put(store, "ours/file", "ours", facts);
    const { text, headers } = await get("pre/ours/file");
    assertEquals([text, headers.get("x-amz-meta-mtime")], ["ours", "1650000000.5"]);
    assertEquals(headers.get("x-amz-meta-mode"), String(0o100640));
    // A change by another tool is another version, and its last file does not take the folder along.
    const before = await store.stat(storePath("ours/file"));
    await write("pre/ours/file", "theirs");
    assert((await store.stat(storePath("ours/file")))?.revision !== before?.revision);
    await store.remove(storePath("deep/er/file"));
    assertEquals(await names(store, "deep"), ["deep/er"]);
  },
);

Deno.test(
  "ObjectStore leaves out names that no client could request, and reports them",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl();
    const { put: write } = otherTool(url);
    for (const key of ["a//b", "/c", "twice", "twice/below", "fine", "dir/z"]) {
      await write(key, "x");
    }
    await using store = await shared.open(url);
    const leftOut: string[] = [];
    const list = async (dir: string) => {
      const paths: string[] = [];
      const note = (error: FtError) => leftOut.push(`${error.code} ${error.subject}`);
      for await (const { path } of store.list(storePath(dir), undefined, note)) paths.push(path);
      return paths;
    };
    assertEquals(await list("."), ["a", "dir", "fine", "twice"]);
    assertEquals(leftOut, ["not_allowed /", "conflict twice/"]);
    assertEquals(await list("a"), []);
    assertEquals(await list("dir"), ["dir/z"]);
    assertEquals(leftOut.slice(2), ["not_allowed a//"]);
  },
);

Deno.test(
  "ObjectStore reports a full store as disk_full, and keeps what was there",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl();
    const { bucket } = parseStoreUrl(url);
    await using store = await shared.open(url);
    await put(store, "kept", "kept");
    const { admin } = shared.ceph;
    const scope = ["--quota-scope=bucket", "--uid", "tester", "--bucket", bucket];
    await admin("quota", "set", ...scope, "--max-size", String(6 * 1024 * 1024));
    await admin("quota", "enable", ...scope);
    const large = sampleBytes(12 * 1024 * 1024);
    await refuses("disk_full", async () => {
      await using staged = await store.stage("large_upload", "large");
      await staged.writeAt(0, large);
      await staged.publish(storePath("large"), { replace: false });
    });
    assertEquals([await names(store, "."), await read(store, "kept")], [["kept"], "kept"]);
  },
);

Deno.test("ObjectStore.open says what is wrong", NEEDS_CEPH, async () => {
  const place = parseStoreUrl(await shared.newUrl());
  const { accessKey, secretKey } = CEPH_CREDENTIALS;
  const opens = async (changed: Partial<typeof place>, credentials = CEPH_CREDENTIALS) => {
    const open = () => ObjectStore.open({ ...place, ...changed }, credentials);
    const { code, message } = await assertRejects(open, FtError);
    return `${code}: ${message}`;
  };
  assertEquals(
    await opens({ bucket: "missing" }),
    "not_found: the store does not have the bucket",
  );
  assertEquals(
    await opens({}, { accessKey: "nobody", secretKey }),
    "not_allowed: the store does not know the access key of this server",
  );
  assertEquals(
    await opens({}, { accessKey, secretKey: "wrong" }),
    "not_allowed: the store refuses the secret key of this server",
  );
});

Deno.test(
  "ObjectStore aborts unfinished uploads that are old, and no others",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl("pre");
    const { client } = otherTool(url);
    await using store = await shared.open(url);
    const begin = (key: string) => Multipart.begin(client, key, {});
    await Promise.all(["pre/old", "outside"].map(begin));
    const unfinished = async () =>
      (await Array.fromAsync(Multipart.unfinished(client, ""))).map(({ key }) => key).sort();
    assertEquals(await store.abortUnfinished(60_000), 0);
    assertEquals(await unfinished(), ["outside", "pre/old"]);
    assertEquals(await store.abortUnfinished(-60_000), 1);
    assertEquals(await unfinished(), ["outside"]);
  },
);

Deno.test(
  "two servers of a bucket give a free name to exactly one large file",
  NEEDS_CEPH,
  async () => {
    const url = await shared.newUrl();
    await using one = await shared.open(url);
    await using two = await shared.open(url);
    assertEquals(one.abilities, {
      ...{ conditionalPut: true, conditionalReplace: "bare", conditionalComplete: false },
    });
    const stores = [one, two, one, two];
    const tries = await Promise.allSettled(stores.map(async (store, i) => {
      await using staged = await store.stage(`upload_number_${i}`, "file");
      await staged.writeAt(0, sampleBytes(OBJECT_PART_BYTES + 1, i + 1));
      await staged.publish(storePath("file"), { replace: false });
    }));
    const done = tries.filter(({ status }) => status === "fulfilled");
    assertEquals(done.length, 1);
    for (const result of tries) {
      if (result.status === "rejected") assertEquals(result.reason.code, "conflict");
    }
    const winner = tries.findIndex(({ status }) => status === "fulfilled");
    await using file = await one.open(storePath("file"));
    const start = new Uint8Array(100);
    await file!.readAt(0, start);
    assertEquals(start, sampleBytes(100, winner + 1));
  },
);

Deno.test(
  "a small or large file replaces only the version that was expected",
  NEEDS_CEPH,
  async () => {
    await using store = await shared.open();
    const replace = async (bytes: Uint8Array, expected: string) => {
      await using staged = await store.stage("replacing_upload", "file");
      await staged.writeAt(0, bytes);
      const { revision } = await staged.publish(storePath("file"), { replace: true, expected });
      return revision;
    };
    const { revision: first } = await put(store, "file", "one");
    const second = await replace(sampleBytes(10), first);
    const error = await refuses("conflict", () => replace(sampleBytes(11), first));
    assertEquals(error.retryable, true);
    const third = await replace(sampleBytes(OBJECT_PART_BYTES + 5), second);
    await refuses("conflict", () => replace(sampleBytes(OBJECT_PART_BYTES + 5, 2), second));
    assert((await store.stat(storePath("file")))?.revision === third);
  },
);

Deno.test(
  "Claims.take waits for another server, and replaces the claim of one that died",
  NEEDS_CEPH,
  async () => {
    const { client } = otherTool(await shared.newUrl());
    const bucket = new Bucket(client, true);
    const [one, two] = [new Claims(bucket, "claims/"), new Claims(bucket, "claims/")];
    const order: string[] = [];
    const first = await one.take("key", "file");
    const second = two.take("key", "file").then((claim) => {
      order.push("second");
      return claim;
    });
    await using _other = await two.take("other", "file");
    order.push("first ends");
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    assertEquals(order, ["first ends", "second"]);
    const dead = await one.take("key", "file");
    const short = new Claims(bucket, "claims/", { ttlMs: -1 });
    await using _taken = await short.take("key", "file");
    await dead[Symbol.asyncDispose]();
  },
);

Deno.test("the tests before this one have given all memory of parts back", NEEDS_CEPH, () => {
  assertEquals(partMemory.used, 0);
});
