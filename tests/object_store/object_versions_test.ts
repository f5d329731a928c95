/**
 * The versions of a bucket: what only they have to withstand, besides what every store does.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { sweepDigests } from "../../lib/object_store/digest_sweep.ts";
import { ObjectStore } from "../../lib/object_store/object_store.ts";
import type { StoreEntry } from "../../lib/storage/store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { DEFAULT_VERSION_POLICY, type KeepingOptions } from "../../lib/storage/version_policy.ts";
import { sampleBytes, sha256 } from "../../testing/content.ts";
import { storeFailure } from "../../testing/network/store_stub.ts";
import { until } from "../../testing/until.ts";
import { openMemoryStore } from "../../testing/object_store/memory_store.ts";
import {
  putText,
  versionsConformance,
  versionsOf,
  versionTexts,
} from "../storage/versions_conformance.ts";

versionsConformance("ObjectStore", (options) => openMemoryStore(undefined, options));

const KEEPING: KeepingOptions = { policy: DEFAULT_VERSION_POLICY };
const AREA = ".ftserver/versions/";

const isPut = ({ method, url, headers }: Request) =>
  method === "PUT" && new URL(url).pathname === "/bucket/a" && !headers.has("x-amz-copy-source");

async function textOf(store: ObjectStore, path: string): Promise<string> {
  await using file = await store.open(storePath(path));
  const bytes = new Uint8Array(file!.entry.bytes);
  await file!.readAt(0, bytes);
  return new TextDecoder().decode(bytes);
}

for (const large of [false, true]) {
  const [size, what] = large ? [9 * BLOCK_BYTES, "large"] : [0, "small"];
  Deno.test(`two servers that overwrite a ${what} file at once lose nothing`, async () => {
    const content = (text: string) => text + "x".repeat(size);
    const reached = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let first = true;
    const isLast = (request: Request) =>
      large ? request.method === "POST" && request.url.includes("/a?uploadId=") : isPut(request);
    await using at = await openMemoryStore(async (request) => {
      if (!isLast(request) || !first) return;
      first = false;
      reached.resolve();
      await release.promise;
    }, KEEPING);
    const { place, credentials } = at.served;
    await using other = await ObjectStore.open(place, credentials, KEEPING);
    at.bucket.put("a", new TextEncoder().encode(content("one")));
    const two = putText(at.store, "a", content("two"), "ann");
    await reached.promise;
    // Of a server that is about to take the name, or has died, nothing is seen.
    assertEquals(await versionsOf(other, "a"), []);
    await using staged = await other.stage("another_token", "a");
    await staged.writeAt(0, new TextEncoder().encode(content("three")));
    await staged.publish(storePath("a"), { replace: true, change: { by: "bob" } });
    assertEquals(await versionTexts(other, "a"), [content("one")]);
    release.resolve();
    await two;
    assertEquals(await textOf(other, "a"), content("two"));
    assertEquals(await versionTexts(other, "a"), [content("three"), content("one")]);
    assertEquals(at.bucket.keys(AREA).length, 2, "one copy of each");
  });
}

Deno.test("a reader of a file that is overwritten or removed reads the old content to its end", async () => {
  await using at = await openMemoryStore(undefined, KEEPING);
  const old = sampleBytes(9 * BLOCK_BYTES);
  for (const how of ["overwritten", "removed"]) {
    at.bucket.put("a", old);
    await using file = await at.store.open(storePath("a"));
    await using other = await at.store.open(storePath("a"));
    await using slow = await at.store.open(storePath("a"));
    const read = async (index: number, from = file) => {
      const into = new Uint8Array(BLOCK_BYTES);
      assertEquals(await from!.readAt(index * BLOCK_BYTES, into), BLOCK_BYTES);
      assertEquals(into, old.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES));
    };
    await read(0);
    if (how === "removed") await at.store.remove(storePath("a"));
    else await putText(at.store, "a", "new");
    for (let index = 1; index < 9; index++) await read(index);
    await Promise.all([2, 5, 8].map((index) => read(index, other)));
    const versions = await versionsOf(at.store, "a");
    for (const version of versions) await at.store.versions.forget(version);
    const error = await assertRejects(() => read(3, slow), FtError, "changed while it was read");
    assert(error.retryable);
  }
});

Deno.test("the digests of a large file follow it to its version, and back", async () => {
  await using at = await openMemoryStore(undefined, KEEPING);
  const { digests } = at.store;
  const content = sampleBytes(3 * BLOCK_BYTES);
  at.bucket.put("a", content);
  const entry = (await at.store.stat(storePath("a")))!;
  digests.put(entry, { blocks: null, sums: { sha256: sha256(content) } });
  const known = async ({ path, revision, bytes }: StoreEntry) =>
    (await digests.find({ path, revision, bytes }))?.sums.sha256;
  // They are written and removed behind the calls.
  const written = (count: number) =>
    until(() => at.bucket.keys(".ftserver/digests/").length === count);
  await written(1);
  await putText(at.store, "a", "new");
  const [version] = await versionsOf(at.store, "a");
  await using file = await at.store.versions.open(version!);
  await until(async () => await known(entry) === undefined);
  assertEquals(await known(file!.entry), sha256(content));
  assertEquals(await sweepDigests(at.store.sweepContext), 0);
  const restored = await at.store.versions.restore(version!, true);
  await until(async () => await known(restored) === sha256(content));
  await written(1);
  assertEquals(await sweepDigests(at.store.sweepContext), 0);
  await at.store.remove(storePath("a"));
  const [removed] = await versionsOf(at.store, "a");
  await at.store.versions.forget(removed!);
  await written(0);
});

Deno.test("content whose put was answered too late is published, and what it replaced is kept", async () => {
  let lost = true;
  await using at = await openMemoryStore(async (request) => {
    if (!isPut(request) || !lost) return undefined;
    lost = false;
    await (await at.bucket.answer(request)).body?.cancel();
    return storeFailure(500, "InternalError");
  }, KEEPING);
  at.bucket.put("a", new TextEncoder().encode("one"));
  await putText(at.store, "a", "two");
  assertEquals(await textOf(at.store, "a"), "two");
  assertEquals(await versionTexts(at.store, "a"), ["one"]);
});

Deno.test("a put that fails for good leaves no version of content that kept its name", async () => {
  let down = true;
  await using at = await openMemoryStore(
    (request) => isPut(request) && down ? storeFailure(403, "AccessDenied") : undefined,
    KEEPING,
  );
  at.bucket.put("a", new TextEncoder().encode("one"));
  await assertRejects(() => putText(at.store, "a", "two"));
  assertEquals(await versionsOf(at.store, "a"), []);
  down = false;
  await putText(at.store, "a", "three");
  assertEquals(await versionTexts(at.store, "a"), ["one"]);
  assertEquals(at.bucket.keys(AREA).length, 1, "what was left of the failed one has gone");
});

Deno.test("a full store takes new content without a version of the old one", async () => {
  const notKept: string[] = [];
  await using at = await openMemoryStore(
    ({ headers }) =>
      headers.has("x-amz-copy-source") ? storeFailure(507, "QuotaExceeded") : undefined,
    { ...KEEPING, onNotKept: (path) => notKept.push(path) },
  );
  await putText(at.store, "a", "one");
  await putText(at.store, "a", "two");
  assertEquals(await textOf(at.store, "a"), "two");
  assertEquals([await versionsOf(at.store, "a"), notKept], [[], ["a"]]);
});

Deno.test("a version whose name would be too long for the store is not kept, and that is said", async () => {
  const notKept: string[] = [];
  const keeping = { ...KEEPING, onNotKept: (path: string) => notKept.push(path) };
  await using at = await openMemoryStore(undefined, keeping);
  const long = Array.from({ length: 19 }, () => "x".repeat(50)).join("/");
  await putText(at.store, long, "one");
  await putText(at.store, long, "two");
  assertEquals([await versionsOf(at.store, long), notKept], [[], [long]]);
});

Deno.test("names of versions that other tools wrote are no versions", async () => {
  await using at = await openMemoryStore(undefined, KEEPING);
  await putText(at.store, "a", "one");
  await at.store.remove(storePath("a"));
  const [name] = at.bucket.keys(AREA);
  const facts = name!.slice(name!.lastIndexOf("/"));
  const others = ["x", "a!", "a!/1.2", `a!/x${facts}`, `../a!${facts}`, `.ftserver/a!${facts}`];
  for (const other of others) at.bucket.put(AREA + other, new Uint8Array(1));
  assertEquals(await versionTexts(at.store, "a"), ["one"]);
  const found = await Array.fromAsync(at.store.versions.newestIn(storePath(".")));
  assertEquals(found.map(({ path }) => `${path}`), ["a"]);
  // That of a user's name which is no valid text is one, without its user.
  at.bucket.put(`${AREA}b!${facts.replace(/[^.]*$/, "%")}`, new TextEncoder().encode("b"));
  const [version] = await versionsOf(at.store, "b");
  assertEquals([version?.by, await versionTexts(at.store, "b")], ["", ["b"]]);
});

Deno.test("old versions expire by the clock of the store, once an hour for all servers", async () => {
  const expired: number[] = [];
  const day = 24 * 3_600_000;
  const keeping = {
    policy: { ...DEFAULT_VERSION_POLICY, ms: day },
    onExpired: (...gone: number[]) => expired.push(...gone),
  };
  await using at = await openMemoryStore(undefined, keeping);
  await at.store.versions.expire();
  assertEquals(at.bucket.keys(".ftserver/versions"), [], "nothing to do leaves no mark");
  for (const text of ["one", "two", "three"]) await putText(at.store, "a", text);
  at.bucket.age(AREA, day + 60_000);
  await putText(at.store, "a", "four");
  const real = Date.now;
  // A server whose clock is a year ahead.
  Date.now = () => real() + 365 * day;
  await at.store.versions.expire().finally(() => Date.now = real);
  assertEquals([await versionTexts(at.store, "a"), expired], [["three"], [2, 6]]);
  at.bucket.age(AREA, 2 * day);
  await at.store.versions.expire();
  assertEquals((await versionsOf(at.store, "a")).length, 1, "another sweep was a moment ago");
  at.bucket.age(".ftserver/versions-swept", 2 * 3_600_000);
  await at.store.versions.expire();
  assertEquals([await versionsOf(at.store, "a"), expired], [[], [2, 6, 1, 5]]);
});

Deno.test("the oldest versions go when all of them take too many bytes", async () => {
  const expired: number[] = [];
  const keeping = {
    policy: { versions: 100, ms: 1e9, bytes: 100 },
    onExpired: (count: number) => expired.push(count),
  };
  await using at = await openMemoryStore(undefined, keeping);
  for (let i = 0; i < 30; i++) {
    await putText(at.store, "a", `${i} of nine`.padEnd(9));
    at.bucket.age(AREA, 1000);
    await at.store.versions.expire();
  }
  const sizes = (await versionsOf(at.store, "a")).map(({ bytes }) => bytes);
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  // Only one server adds versions, so it has swept whenever it had added a tenth of them.
  assert(total <= 110 && total > 80, `${total}`);
  const [newest] = await versionTexts(at.store, "a");
  assertEquals(newest, "28 of nine".padEnd(9));
  assert(expired.length > 5);
});
