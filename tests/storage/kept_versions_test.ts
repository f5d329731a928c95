import { assert, assertEquals } from "@std/assert";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { DEFAULT_VERSION_POLICY, type VersionOptions } from "../../lib/storage/version_policy.ts";
import { NEEDS_MOUNT, tinyDisk } from "../../testing/files/tiny_disk.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { putText, versionsConformance, versionsOf, versionTexts } from "./versions_conformance.ts";

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

versionsConformance("FsStore", async (options) => {
  const dir = await scene(options);
  const store = await dir.open();
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
});

Deno.test("FsStore finds versions again without their index, and removes what is none", async () => {
  await using dir = await scene();
  const long = storePath(Array.from({ length: 20 }, () => "x".repeat(50)).join("/"));
  {
    await using store = await dir.open();
    for (const path of ["a b/ü*.txt", "gone", long]) {
      await putText(store, path, "one", "a.n:n");
      await putText(store, path, "two", "a.n:n");
    }
    await store.remove(storePath("gone"), { by: "bob" });
  }
  const known = async () => {
    await using store = await dir.open();
    return await Promise.all(["a b/ü*.txt", "gone", long].map((path) => versionsOf(store, path)));
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
    await putText(store, "a", "one");
    await putText(store, "a", "two");
    last = (await versionsOf(store, "a"))[0]!.rev;
  }
  await Deno.remove(area(dir), { recursive: true });
  await using store = await dir.open();
  assertEquals(await versionsOf(store, "a"), []);
  await putText(store, "a", "three");
  assert((await versionsOf(store, "a"))[0]!.rev > last);
});

Deno.test("FsStore keeps versions within the bounds, the oldest going first", async () => {
  await using dir = await scene();
  const expired: number[] = [];
  const policy = { versions: 100, ms: 1000, bytes: 25 };
  await using store = await dir.open({
    policy,
    onExpired: (versions, bytes) => expired.push(versions, bytes),
  });
  for (const text of ["0123456789", "1123456789", "2123456789", "3123456789"]) {
    await putText(store, "a", text);
  }
  assertEquals(await versionTexts(store, "a"), ["2123456789", "1123456789"]);
  assertEquals(expired, [1, 10]);
  assertEquals(store.versions!.bytesBelow(storePath(".")), 20);
  await store.versions!.forget((await versionsOf(store, "a"))[0]!);
  assertEquals(filesBelow(area(dir)).length, 1, "of those that have gone, nothing is left");
});

Deno.test("StoreVersions.bytesBelow follows each change, in any spelling of the folder", async () => {
  await using dir = await scene();
  await using store = await dir.open();
  const { versions } = store;
  const below = (folder: string) => versions!.bytesBelow(storePath(folder));
  const sums = () => [below("box"), below("BOX/in"), below("box/in/a"), below(".")];
  assertEquals(sums(), [0, 0, 0, 0]);
  await putText(store, "box/in/a", "four");
  await putText(store, "box/in/a", "three");
  await putText(store, "boxes", "x");
  await store.remove(storePath("boxes"));
  assertEquals(sums(), [4, 4, 4, 5]);
  await versions!.restore((await versionsOf(store, "box/in/a"))[0]!, true);
  assertEquals(sums(), [5, 5, 5, 6]);
  await versions!.forget((await versionsOf(store, "box/in/a"))[0]!);
  assertEquals(sums(), [0, 0, 0, 1]);
});

Deno.test("StoreVersions.growth is what the next loss of content adds to the versions", async () => {
  await using dir = await scene();
  await using store = await dir.open({ policy: { versions: 2, ms: 1e6, bytes: 25 } });
  const { versions } = store;
  const a = storePath("a");
  const growth = (bytes: number) => versions!.growth(a, bytes);
  assertEquals([growth(0), growth(25), growth(26)], [0, 25, 0]);
  for (const text of ["1", "22", "333"]) await putText(store, "a", text);
  const before = versions!.bytesBelow(a);
  // The version of one byte goes.
  assertEquals(growth(3), 2);
  // It gets the name, and the version of two bytes stays.
  assertEquals(versions!.growth(a, 3, (await versionsOf(store, "a"))[1]!), 2);
  await putText(store, "a", "4444");
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
    for (let i = 0; i < 8; i++) await putText(store, "a", `${i}${large}`);
    assert(expired.length > 0);
    await putText(store, "b", large.repeat(2));
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
  await putText(store, "a", "one");
  await putText(store, "a", "two");
  const real = Date.now;
  const count = async () => (await versionsOf(store, "a")).length;
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
