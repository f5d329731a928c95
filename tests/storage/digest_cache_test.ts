import { assert, assertEquals, assertThrows, fail } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { FtError } from "../../lib/base/errors.ts";
import { type CachedBlocks, DigestCache } from "../../lib/storage/digest_cache.ts";
import type { StoreEntry } from "../../lib/storage/store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { VersionTable } from "../../lib/storage/version_table.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const path = storePath("a/b.txt");
const sums = { sha256: "5".repeat(64), md5: "d".repeat(32) };
const noSums = { sha256: undefined, md5: undefined };
const blocks: CachedBlocks = {
  bytes: 150,
  blockBytes: 100,
  digests: new Uint8Array(64).fill(9),
  root: "7".repeat(64),
};
/** A version in a store whose revisions differ with every change. */
function entryAt(name: string, revision: string): StoreEntry {
  const facts = { bytes: 150, mtimeMs: 0, executable: false } as const;
  return { path: storePath(name), type: "file", ...facts, revision };
}

const permissions = { read: true, write: true, env: ["TMPDIR"] };

function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, permissions, fn });
}

test("DigestCache returns what was stored for a version, and nothing for another", () => {
  using cache = DigestCache.open(":memory:");
  assertEquals(cache.get(path, "v1"), null);
  cache.putBlocks(path, "v1", blocks, true);
  assertEquals(cache.get(path, "v1"), { blocks, sums: noSums });
  cache.putSums(path, "v1", sums);
  assertEquals(cache.get(path, "v1"), { blocks, sums });
  assertEquals(cache.get(path, "v2"), null);
  cache.putSums(path, "v2", sums);
  assertEquals(cache.get(path, "v2"), { blocks: null, sums });
  assertEquals(cache.get(path, "v1"), null);
  cache.putBlocks(path, "v3", blocks, true);
  assertEquals(cache.get(path, "v3"), { blocks, sums: noSums });
});

test("DigestCache.facts returns the digests of the whole content of a version", () => {
  using cache = DigestCache.open(":memory:");
  assertEquals(cache.facts(path, "v1"), null);
  cache.putBlocks(path, "v1", blocks, true);
  assertEquals(cache.facts(path, "v1"), { root: blocks.root, sums: noSums });
  cache.putSums(path, "v1", sums);
  assertEquals(cache.facts(path, "v1"), { root: blocks.root, sums });
  assertEquals(cache.facts(path, "v2"), null);
  cache.putSums(path, "v2", sums);
  assertEquals(cache.facts(path, "v2"), { root: undefined, sums });
  assertEquals(cache.lookups, { hits: 3, misses: 2 });
});

test("DigestCache returns the digests of an empty file, and none whose number does not match the size", () => {
  using cache = DigestCache.open(":memory:");
  const empty = { ...blocks, bytes: 0, digests: new Uint8Array(0) };
  cache.putBlocks(path, "v1", empty, true);
  assertEquals(cache.get(path, "v1")?.blocks, empty);
  cache.putBlocks(path, "v1", { ...blocks, bytes: 201 }, true);
  assertEquals(cache.get(path, "v1")?.blocks, null);
});

test("DigestCache stores sizes of more than 32 bits", () => {
  using cache = DigestCache.open(":memory:");
  const large = { ...blocks, bytes: 2 ** 40 + 1, blockBytes: 2 ** 40 };
  cache.putBlocks(path, "v1", large, true);
  assertEquals(cache.get(path, "v1")?.blocks, large);
});

test("DigestCache renames and removes a folder with everything below it, and no sibling", () => {
  using cache = DigestCache.open(":memory:");
  const names = ["d", "d/x", "d/x/y", "d0", "d.x", "dx", "e/old"].map(storePath);
  for (const name of names) cache.putSums(name, "v", sums);
  cache.rename(storePath("d"), storePath("e"));
  const known = (name: string, revision = "v") => cache.get(storePath(name), revision) !== null;
  assertEquals(["e", "e/x", "e/x/y", "d0", "d.x", "dx"].filter((n) => !known(n)), []);
  assertEquals(["d", "d/x", "e/old"].filter((n) => known(n)), []);
  cache.rename(storePath("dx"), storePath("dz"), entryAt("dz", "w"));
  assert(known("dz", "w") && !known("dz"));
  cache.forget(storePath("e"));
  assertEquals(["e", "e/x", "e/x/y"].filter((n) => known(n)), []);
  assertEquals(cache.size, 3);
});

test("DigestCache drops the least recently used files above its cap", () => {
  using cache = DigestCache.open(":memory:", { maxFiles: 16 });
  const name = (i: number) => storePath(`f${i}`);
  for (let i = 0; i < 16; i++) cache.putSums(name(i), "v", sums);
  assert(cache.get(name(0), "v") !== null);
  for (let i = 16; i < 24; i++) cache.putSums(name(i), "v", sums);
  assert(cache.size <= 16);
  assert(cache.get(name(0), "v") !== null, "it was used");
  assertEquals(cache.get(name(1), "v"), null);
  assert(cache.get(name(23), "v") !== null);
});

test("DigestCache counts a file once, however often it is written", () => {
  using cache = DigestCache.open(":memory:", { maxFiles: 16 });
  for (let i = 0; i < 100; i++) cache.putSums(path, `v${i}`, sums);
  cache.putSums(storePath("other"), "v", sums);
  assertEquals([path, storePath("other")].map((p, i) => cache.get(p, ["v99", "v"][i]!) !== null), [
    true,
    true,
  ]);
});

test("DigestCache keeps digests when it is reopened, up to its cap", async () => {
  await using dir = await tempDir();
  {
    using cache = DigestCache.open(dir.join("cache.db"));
    for (let i = 0; i < 32; i++) cache.putSums(storePath(`f${i}`), "v", sums);
    cache.putBlocks(path, "v1", blocks, true);
  }
  using cache = DigestCache.open(dir.join("cache.db"), { maxFiles: 16 });
  assertEquals(cache.get(path, "v1"), { blocks, sums: noSums });
  assert(cache.size <= 16);
});

test("DigestCache sets a broken database aside and starts with an empty one", async () => {
  await using dir = await tempDir();
  const file = dir.join("cache.db");
  await Deno.writeTextFile(file, "this is no database, however long one looks at it ".repeat(100));
  const faults: unknown[] = [];
  {
    using cache = DigestCache.open(file, { onFault: (fault) => faults.push(fault) });
    assertEquals(faults.length, 1);
    cache.putSums(path, "v", sums);
    assertEquals(cache.get(path, "v")?.sums, sums);
  }
  assert((await Deno.readTextFile(`${file}.broken`)).startsWith("this is no database"));
  using again = DigestCache.open(file);
  assertEquals(again.get(path, "v")?.sums, sums);
});

test("DigestCache and VersionTable leave a database in place that cannot be read now", async () => {
  await using dir = await tempDir();
  const file = dir.join("cache.db");
  await Deno.mkdir(file);
  const faults: unknown[] = [];
  using cache = DigestCache.open(file, { onFault: (fault) => faults.push(fault) });
  cache.putSums(path, "v", sums);
  assertEquals([faults.length, cache.get(path, "v")], [1, null]);
  assertThrows(() => VersionTable.open(file, () => {}), FtError, "Cannot use");
  assertEquals([...Deno.readDirSync(dir.path)].map(({ name }) => name), ["cache.db"]);
});

test("DigestCache survives a database that breaks while it is open", async () => {
  await using dir = await tempDir();
  const file = dir.join("cache.db");
  {
    using cache = DigestCache.open(file);
    for (let i = 0; i < 500; i++) cache.putSums(storePath(`f${i}`), "v", sums);
  }
  // All pages but the first, which is read on opening.
  const bytes = await Deno.readFile(file);
  await Deno.writeFile(file, bytes.fill(0x5a, 4096));
  const faults: unknown[] = [];
  using cache = DigestCache.open(file, { onFault: (fault) => faults.push(fault) });
  for (let i = 0; i < 500; i++) cache.get(storePath(`f${i}`), "v");
  cache.putSums(path, "v", sums);
  assert(faults.length > 0);
  assertEquals(cache.get(path, "v")?.sums, sums);
});

test("DigestCache stores nothing where it cannot write, and does not fail", async () => {
  await using dir = await tempDir();
  const faults: unknown[] = [];
  using cache = DigestCache.open(dir.join("no/such/folder/cache.db"), {
    onFault: (fault) => faults.push(fault),
  });
  cache.putSums(path, "v", sums);
  assertEquals(cache.get(path, "v"), null);
  assertEquals(cache.size, 0);
  assert(faults.length > 0);
});

test("DigestCache.roots returns settled roots of many versions, also those not written yet", async () => {
  await using dir = await tempDir();
  const file = dir.join("cache.db");
  const versions = ["a", "b", "c", "d"].map((path) => ({ path, revision: "v1" }));
  const root = "5".repeat(64);
  {
    using cache = DigestCache.open(file);
    cache.putBlocks("a", "v1", blocks, true);
    cache.putBlocks("b", "v1", blocks, false);
    cache.putRoot({ path: "c", revision: "v1", root });
    cache.putRoot({ path: "d", revision: "v2", root });
    assertEquals(cache.roots(versions), [blocks.root, undefined, root, undefined]);
    assertEquals(cache.facts("c", "v1"), { root, sums: {} });
    assertEquals(cache.facts("b", "v1"), { root: undefined, sums: noSums });
    assertEquals(cache.get("b", "v1")?.blocks, blocks);
    assertEquals(cache.lookups, { hits: 5, misses: 2 });
  }
  using cache = DigestCache.open(file);
  assertEquals(cache.roots(versions), [blocks.root, undefined, root, undefined]);
  cache.putRoot({ path: "a", revision: "v2", root });
  cache.forget("a");
  assertEquals(cache.roots([{ path: "a", revision: "v2" }]), [undefined]);
  cache.putRoot({ path: "c", revision: "v2", root });
  cache.putBlocks("c", "v3", blocks, true);
  assertEquals(cache.roots([{ path: "c", revision: "v3" }]), [blocks.root]);
  assertEquals(cache.roots([]), []);
  cache.putSums("c", "v3", sums);
  assertEquals(cache.facts("c", "v3"), { root: blocks.root, sums });
  cache.putSums("c", "v4", sums);
  assertEquals(cache.facts("c", "v4"), { root: undefined, sums });
});

test("DigestCache keeps what else it knows of a version when it gets its root", () => {
  using cache = DigestCache.open(":memory:", { maxFiles: 16 });
  cache.putBlocks("a", "v1", blocks, false);
  cache.putSums("a", "v1", sums);
  cache.putRoot({ path: "a", revision: "v1", root: blocks.root });
  for (let i = 0; i < 15; i++) cache.putRoot({ path: `f${i}`, revision: "v", root: blocks.root });
  cache.rename("z", "y");
  assertEquals(cache.get("a", "v1"), { blocks, sums });
  assertEquals(cache.facts("a", "v1"), { root: blocks.root, sums });
  cache.rename("a", "b", { ...entryAt("b", "v2"), settledMs: 5 });
  assertEquals(cache.facts("b", "v2"), { root: undefined, sums });
  for (let i = 0; i < 64; i++) cache.putRoot({ path: `g${i}`, revision: "v", root: blocks.root });
  cache.rename("z", "y");
  assert(cache.size <= 16, `${cache.size}`);
  assertEquals(cache.roots([{ path: "g63", revision: "v" }]), [blocks.root]);
});

test("DigestCache replaces a table of another version", async () => {
  await using dir = await tempDir();
  const file = dir.join("cache.db");
  {
    using old = new DatabaseSync(file);
    old.exec(`CREATE TABLE digests (path TEXT PRIMARY KEY, revision TEXT); PRAGMA user_version = 1;
      INSERT INTO digests VALUES ('a', 'v1')`);
  }
  using cache = DigestCache.open(file, { onFault: (fault) => fail(String(fault)) });
  assertEquals(cache.get("a", "v1"), null);
  cache.putBlocks("a", "v1", blocks, true);
  assertEquals(cache.facts("a", "v1")?.root, blocks.root);
});
