import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { VERSIONS_PAGE } from "../../lib/base/limits.ts";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { type StorePath, storePath } from "../../lib/storage/store_path.ts";
import type { KeptVersion } from "../../lib/storage/store_versions.ts";
import { DEFAULT_VERSION_POLICY, type VersionOptions } from "../../lib/storage/version_policy.ts";
import { NEEDS_MOUNT, tinyDisk } from "../../testing/files/tiny_disk.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A folder with its store and the folder of the index. */
async function scene(options: Partial<VersionOptions> = {}) {
  const dir = await tempDir();
  await Deno.mkdir(dir.join("root"));
  const open = (more: Partial<VersionOptions> = {}) =>
    FsStore.open(dir.join("root"), {
      exclusive: true,
      versions: {
        index: dir.join("versions.sqlite"),
        policy: DEFAULT_VERSION_POLICY,
        ...options,
        ...more,
      },
    });
  return { ...dir, open };
}

async function put(store: FsStore, path: string, text: string, by = "ann"): Promise<void> {
  await using staged = await store.stage("an_upload_token");
  await staged.writeAt(0, bytesOf(text));
  await staged.publish(storePath(path), { replace: true, change: { by } });
}

async function textOf(store: FsStore, version: KeptVersion | null): Promise<string> {
  await using file = await store.versions!.open(version!);
  const bytes = new Uint8Array(file!.entry.bytes);
  await file!.readAt(0, bytes);
  return new TextDecoder().decode(bytes);
}

const of = (store: FsStore, path: string) => store.versions!.of(storePath(path));

async function texts(store: FsStore, path: string): Promise<string[]> {
  const versions = await of(store, path);
  return await Promise.all(versions.map((version) => textOf(store, version)));
}

function filesBelow(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
      isDirectory ? filesBelow(`${folder}/${name}`) : [name]
    );
  } catch {
    return [];
  }
}

const area = (dir: { join(name: string): string }) => dir.join("root/.ftserver/versions");

Deno.test("FsStore keeps what an upload, a batch, a move and a removal take a name from", async () => {
  await using dir = await scene();
  {
    await using store = await dir.open();
    await put(store, "a/b.txt", "one");
    await put(store, "a/b.txt", "two", "bob");
    const [bytes, mtimeMs] = [bytesOf("three"), 5_000_000];
    const small = { path: storePath("a/b.txt"), bytes, mtimeMs, executable: false };
    await store.writeMany([small], true, "cy");
    await put(store, "c", "four");
    await store.move(storePath("c"), storePath("a/b.txt"), true, { by: "dan" });
    await store.remove(storePath("a/b.txt"), { by: "eve" });
    assertEquals(
      (await of(store, "a/b.txt")).map(({ cause, by, bytes }) => [cause, by, bytes]),
      [["removed", "eve", 4], ["replaced", "dan", 5], ["overwritten", "cy", 3]],
    );
    assertEquals(await texts(store, "a/b.txt"), ["four", "three", "two"]);
    assertEquals((await of(store, "a/b.txt"))[1]!.mtimeMs, mtimeMs);
    assertEquals(await of(store, "c"), []);
  }
  assertEquals(filesBelow(area(dir)).length, 3, "of the fourth oldest, nothing is left");
});

Deno.test("StoreVersions.restore gives a name its content back, and keeps what had it", async () => {
  await using dir = await scene();
  await using store = await dir.open();
  await put(store, "a/b", "one");
  await put(store, "a/b", "two");
  const [first] = await of(store, "a/b");
  await assertRejects(() => store.versions!.restore(first!, false), FtError, "exists");
  assertEquals(await texts(store, "a/b"), ["one"]);
  const entry = await store.versions!.restore(first!, true, { by: "bob" });
  assertEquals(entry.bytes, 3);
  assertEquals(await Deno.readTextFile(dir.join("root/a/b")), "one");
  const [lost, ...others] = await of(store, "a/b");
  assertEquals([lost!.cause, lost!.by, others], ["restored", "bob", []]);
  assertEquals(await texts(store, "a/b"), ["two"]);
  await assertRejects(() => store.versions!.restore(first!, true), FtError, "no version");
  await store.remove(storePath("a/b"));
  await store.remove(storePath("a"));
  const [last] = await of(store, "a/b");
  await store.versions!.restore(last!, false);
  assertEquals(await Deno.readTextFile(dir.join("root/a/b")), "one", "its folder is made again");
  await store.versions!.forget((await of(store, "a/b"))[0]!);
  assertEquals(filesBelow(area(dir)), []);
});

Deno.test("FsStore finds versions again without their index, and removes what is none", async () => {
  await using dir = await scene();
  const long = storePath(Array.from({ length: 20 }, () => "x".repeat(50)).join("/"));
  {
    await using store = await dir.open();
    for (const path of ["a b/ü*.txt", "gone", long]) {
      await put(store, path, "one", "a.n:n");
      await put(store, path, "two", "a.n:n");
    }
    await store.remove(storePath("gone"), { by: "bob" });
  }
  const known = async () => {
    await using store = await dir.open();
    return await Promise.all(["a b/ü*.txt", "gone", long].map((path) => of(store, path)));
  };
  const before = await known();
  assertEquals(before.map((versions) => versions.length), [1, 2, 1]);
  const [folder] = [...Deno.readDirSync(area(dir))];
  const at = `${area(dir)}/${folder!.name}`;
  // A crash between the two names of content that is about to be overwritten.
  await Deno.link(dir.join("root/a b/ü*.txt"), `${at}/900.5.0.ann.a%20b%2F%C3%BC%2A.txt`);
  await Deno.writeTextFile(`${at}/../.copying`, "half");
  assertEquals(await known(), before);
  for (const name of ["", "-wal", "-shm"]) {
    await Deno.remove(dir.join(`versions.sqlite${name}`)).catch(() => {});
  }
  // Only of a name that was too long the path is lost.
  assertEquals(await known(), [before[0]!, before[1]!, []]);
  await Deno.writeTextFile(dir.join("versions.sqlite"), "no database, but long enough to be one");
  assertEquals(await known(), [before[0]!, before[1]!, []]);
});

Deno.test("FsStore drops index entries whose file has gone, and does not use numbers again", async () => {
  await using dir = await scene();
  let last = 0;
  {
    await using store = await dir.open();
    await put(store, "a", "one");
    await put(store, "a", "two");
    last = (await of(store, "a"))[0]!.rev;
  }
  await Deno.remove(area(dir), { recursive: true });
  await using store = await dir.open();
  assertEquals(await of(store, "a"), []);
  await put(store, "a", "three");
  assert((await of(store, "a"))[0]!.rev > last);
});

Deno.test("FsStore keeps versions within the bounds, the oldest going first", async () => {
  await using dir = await scene();
  const notKept: string[] = [];
  const expired: number[] = [];
  const policy = { versions: 100, ms: 1000, bytes: 25 };
  await using store = await dir.open({
    policy,
    onNotKept: (path) => notKept.push(path),
    onExpired: (versions, bytes) => expired.push(versions, bytes),
  });
  for (const text of ["0123456789", "1123456789", "2123456789", "3123456789"]) {
    await put(store, "a", text);
  }
  assertEquals(await texts(store, "a"), ["2123456789", "1123456789"]);
  await put(store, "large", "x".repeat(26));
  await store.remove(storePath("large"));
  assertEquals([notKept, await of(store, "large")], [["large"], []]);
  assertEquals(expired, [1, 10]);
  assertEquals(store.versions!.bytesBelow(storePath(".")), 20);
});

Deno.test("FsStore keeps neither content that stays the same nor an empty file that is filled", async () => {
  await using dir = await scene({
    digests: { rootOf: () => "r1", rename: () => {}, forget: () => {} },
  });
  await using store = await dir.open();
  await put(store, "a", "one");
  await using staged = await store.stage("another_upload");
  await staged.writeAt(0, bytesOf("one"));
  await staged.publish(storePath("a"), { replace: true, change: { root: "r1" } });
  assertEquals(await of(store, "a"), []);
  await put(store, "empty", "");
  await put(store, "empty", "full");
  assertEquals(await of(store, "empty"), []);
  await put(store, "gone", "");
  await store.remove(storePath("gone"));
  assertEquals((await of(store, "gone")).length, 1);
});

Deno.test("StoreVersions finds what is in a folder: names, and folders with names below", async () => {
  await using dir = await scene();
  await using store = await dir.open();
  for (const path of ["a/x", "a/y", "a/b/c/d", "a/b/e", "ab/z", "top"]) {
    await put(store, path, "content");
    await store.remove(storePath(path));
  }
  const { versions } = store;
  const named = async (found: AsyncIterable<KeptVersion>) =>
    (await Array.fromAsync(found)).map(({ path }) => path);
  const folders = async (folder: string) =>
    (await Array.fromAsync(versions!.foldersIn(storePath(folder)))).map(({ path, files }) =>
      `${path} ${files}`
    );
  assertEquals(await named(versions!.newestIn(storePath("a"))), ["a/x", "a/y"] as StorePath[]);
  assertEquals(await named(versions!.newestIn(storePath("."))), ["top"] as StorePath[]);
  assertEquals(await folders("a"), ["a/b 2"]);
  assertEquals(await folders("."), ["a 4", "ab 1"]);
  assertEquals(versions!.bytesBelow(storePath("a")), 28);
});

Deno.test("StoreVersions.newestIn has every name, also of a folder with many", async () => {
  await using dir = await scene();
  await using store = await dir.open();
  const names = Array.from({ length: 2 * VERSIONS_PAGE + 1 }, (_, i) => `d/${1000 + i}`);
  const written = names.map((path) => (
    { path: storePath(path), bytes: bytesOf(path), mtimeMs: 1, executable: false }
  ));
  await store.writeMany(written, false);
  for (const path of names) await store.remove(storePath(path));
  const found = await Array.fromAsync(store.versions!.newestIn(storePath("d")));
  assertEquals(found.map(({ path }) => `${path}`), names);
});

Deno.test("StoreVersions.bytesBelow follows each change, in any spelling of the folder", async () => {
  await using dir = await scene();
  await using store = await dir.open();
  const { versions } = store;
  const below = (folder: string) => versions!.bytesBelow(storePath(folder));
  const sums = () => [below("box"), below("BOX/in"), below("box/in/a"), below(".")];
  assertEquals(sums(), [0, 0, 0, 0]);
  await put(store, "box/in/a", "four");
  await put(store, "box/in/a", "three");
  await put(store, "boxes", "x");
  await store.remove(storePath("boxes"));
  assertEquals(sums(), [4, 4, 4, 5]);
  await versions!.restore((await of(store, "box/in/a"))[0]!, true);
  assertEquals(sums(), [5, 5, 5, 6]);
  await versions!.forget((await of(store, "box/in/a"))[0]!);
  assertEquals(sums(), [0, 0, 0, 1]);
});

Deno.test("StoreVersions.growth is what the next loss of content adds to the versions", async () => {
  await using dir = await scene();
  await using store = await dir.open({ policy: { versions: 2, ms: 1e6, bytes: 25 } });
  const { versions } = store;
  const a = storePath("a");
  const growth = (bytes: number) => versions!.growth(a, bytes);
  assertEquals([growth(0), growth(25), growth(26)], [0, 25, 0]);
  for (const text of ["1", "22", "333"]) await put(store, "a", text);
  const before = versions!.bytesBelow(a);
  // The version of one byte goes.
  assertEquals(growth(3), 2);
  // It gets the name, and the version of two bytes stays.
  assertEquals(versions!.growth(a, 3, (await of(store, "a"))[1]!), 2);
  await put(store, "a", "4444");
  assertEquals(versions!.bytesBelow(a) - before, 2);
});

Deno.test(
  "a full disk has room for new content as long as it has versions",
  NEEDS_MOUNT,
  async () => {
    await using disk = (await tinyDisk(4 << 20))!;
    await using dir = await tempDir();
    const expired: number[] = [];
    await using store = await FsStore.open(disk.path, {
      exclusive: true,
      versions: {
        index: dir.join("versions.sqlite"),
        policy: { ...DEFAULT_VERSION_POLICY, versions: 100 },
        onExpired: (versions) => expired.push(versions),
      },
    });
    const large = "x".repeat(700_000);
    for (let i = 0; i < 8; i++) await put(store, "a", `${i}${large}`);
    assert(expired.length > 0);
    await put(store, "b", large.repeat(2));
    const bytes = bytesOf("y".repeat(30_000));
    const files = Array.from({ length: 20 }, (_, i) => (
      { path: storePath(`small/${i}`), bytes, mtimeMs: 0, executable: false }
    ));
    const written = await store.writeMany(files, false);
    assertEquals(written.filter((result) => result instanceof Error).length, 0);
    assertEquals((await store.stat(storePath("b")))?.bytes, 1_400_000);
    // Removing works on a full disk, too.
    await store.remove(storePath("b"));
  },
);

Deno.test("versions expire by age, but not because the clock jumps", async () => {
  await using dir = await scene();
  using time = new FakeTime();
  const day = 24 * 3_600_000;
  await using store = await dir.open({ policy: { ...DEFAULT_VERSION_POLICY, ms: 30 * day } });
  await put(store, "a", "one");
  await put(store, "a", "two");
  const real = Date.now;
  const count = async () => (await of(store, "a")).length;
  const look = () => store.versions!.expire();
  await look();
  for (const jump of [400 * day, -400 * day]) {
    Date.now = () => real() + jump;
    await look();
    assertEquals(await count(), 1, `a jump of ${jump / day} days`);
    Date.now = real;
    await look();
  }
  // Hour by hour, as a server looks.
  for (let hours = 0; hours < 29 * 24; hours++) {
    await time.advance(3_600_000);
    await look();
  }
  assertEquals(await count(), 1);
  for (let hours = 0; hours < 2 * 24; hours++) {
    await time.advance(3_600_000);
    await look();
  }
  assertEquals(await count(), 0);
});
