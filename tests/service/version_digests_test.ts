import { assertEquals, assertRejects } from "@std/assert";
import { BLOCK_BYTES } from "../../lib/base/limits.ts";
import { blockDigest } from "../../lib/blocks/manifest.ts";
import { DigestVersions } from "../../lib/service/version_digests.ts";
import { DigestCache } from "../../lib/storage/digest_cache.ts";
import type { StoreEntry } from "../../lib/storage/store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { pure } from "../../testing/pure.ts";
import { content, totalOf } from "../conformance/content.ts";

const BYTES = content(2 * BLOCK_BYTES);
const DIGESTS = [0, 1].map((i) =>
  blockDigest(BYTES.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES))
);

function entry(revision: string): StoreEntry {
  const facts = { type: "file", mtimeMs: 0, executable: false } as const;
  return { path: storePath("f"), bytes: BYTES.length, revision, ...facts };
}

pure("DigestVersions shares the digests of a version, and only of that", () => {
  using cache = DigestCache.open(":memory:");
  const versions = new DigestVersions(cache);
  const one = versions.of(entry("1"));
  one.set(0, DIGESTS[0]!);
  assertEquals(versions.of(entry("1")).get(0), DIGESTS[0]);
  assertEquals(versions.of(entry("2")).get(0), undefined);
});

pure("VersionDigests caches its digests once all are known, and forgets them", () => {
  using cache = DigestCache.open(":memory:");
  const versions = new DigestVersions(cache);
  const digests = versions.of(entry("1"));
  digests.set(1, DIGESTS[1]!);
  digests.remember();
  assertEquals([digests.whole, cache.size], [false, 0]);
  digests.set(0, DIGESTS[0]!);
  digests.remember();
  assertEquals(cache.facts(storePath("f"), "1")?.root, totalOf(BYTES).root);
  // Another run of the server finds them.
  const later = new DigestVersions(cache).of(entry("1"));
  assertEquals([later.whole, later.get(0), later.get(1)], [true, ...DIGESTS]);
  versions.forget(storePath("f"));
  assertEquals([cache.size, versions.of(entry("1")).get(0)], [0, undefined]);
});

pure("VersionDigests computes a digest once for all its callers", async () => {
  using cache = DigestCache.open(":memory:");
  const digests = new DigestVersions(cache).of(entry("1"));
  let runs = 0;
  const work = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const digestOf = () => {
    runs++;
    return work.promise;
  };
  const both = [digests.compute(0, digestOf), digests.compute(0, digestOf)];
  work.resolve(DIGESTS[0]!);
  assertEquals(await Promise.all(both), [DIGESTS[0], DIGESTS[0]]);
  assertEquals(await digests.compute(0, digestOf), DIGESTS[0]);
  assertEquals(runs, 1);
  const failing = () => Promise.reject(new Error("unreadable"));
  await assertRejects(() => digests.compute(1, failing), Error, "unreadable");
  assertEquals(await digests.compute(1, () => Promise.resolve(DIGESTS[1]!)), DIGESTS[1]);
});
