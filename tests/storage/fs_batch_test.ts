import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { decodeBatch, encodeBatch } from "../../lib/storage/batch_journal.ts";
import { FsStore } from "../../lib/storage/fs_store.ts";
import type { SmallContent } from "../../lib/storage/store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const text = (content: string) => new TextEncoder().encode(content);

function file(path: string, content: string): SmallContent {
  return {
    path: storePath(path),
    bytes: text(content),
    mtimeMs: 1_700_000_000_993,
    executable: false,
  };
}

/** Adds files, so that the batch gets a journal. */
function many(...files: SmallContent[]): SmallContent[] {
  const more = Array.from(
    { length: 20 },
    (_, i) => file(`more/${crypto.randomUUID()}${i}`, "more"),
  );
  return [...files, ...more];
}

function journals(root: string): string[] {
  return [...Deno.readDirSync(`${root}/.ftserver/batches`)].map(({ name }) => name);
}

Deno.test("decodeBatch reverses encodeBatch, and returns null for every torn journal", () => {
  const files = [file("a", "one"), file("d/b", ""), file("d/c", "three")];
  const journal = encodeBatch(files);
  assertEquals(
    decodeBatch(journal)?.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]),
    [["a", "one"], ["d/b", ""], ["d/c", "three"]],
  );
  for (let length = 0; length < journal.length; length++) {
    assertEquals(decodeBatch(journal.slice(0, length)), null);
  }
  const within = new Uint8Array(journal.length + 5);
  within.set(journal, 5);
  assertEquals(decodeBatch(within.subarray(5))?.length, 3);
});

Deno.test("encodeBatch keeps its layout, which newer versions must be able to read", () => {
  const journal = encodeBatch([file("a", "one"), file("b", "two")]);
  const json = '[{"path":"a","bytes":3,"mtimeMs":1700000000993,"executable":false},' +
    '{"path":"b","bytes":3,"mtimeMs":1700000000993,"executable":false}]';
  const length = new Uint8Array([0, 0, 0, json.length]);
  const body = new Uint8Array([...length, ...text(json), ...text("onetwo")]);
  const digest = createHash("sha256").update(body).digest();
  assertEquals(journal, new Uint8Array([...text("FTB1"), ...digest, ...body]));
});

Deno.test("FsStore.writeMany writes complete files, and disposing removes the journal", async () => {
  await using dir = await tempDir();
  {
    await using store = await FsStore.open(dir.path);
    const results = await store.writeMany(many(file("a", "one"), file("d/b", "two")), false);
    assert(results.every((result) => !(result instanceof Error)));
    assertEquals(journals(dir.path).length, 1);
    const again = await store.writeMany([file("a", "other"), file("c", "three")], false);
    assert(again[0] instanceof Error && !(again[1] instanceof Error));
  }
  assertEquals(journals(dir.path), []);
  assertEquals(await Deno.readTextFile(`${dir.path}/a`), "one");
  assertEquals(await Deno.readTextFile(`${dir.path}/c`), "three");
});

Deno.test("FsStore.writeMany uses a journal only for more than 16 files", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  const numbered = (count: number, folder: string) =>
    Array.from({ length: count }, (_, i) => file(`${folder}/${i}`, "x"));
  await Deno.mkdir(`${dir.path}/.ftserver/batches`, { recursive: true });
  await store.writeMany(numbered(16, "few"), false);
  assertEquals(journals(dir.path).length, 0);
  await store.writeMany(numbered(17, "many"), false);
  assertEquals(journals(dir.path).length, 1);
});

Deno.test("FsStore.open replays a batch after a crash, but leaves files that were changed since", async () => {
  await using dir = await tempDir();
  const files = ["missing", "torn", "changed", "whole"]
    .map((name) => ({ ...file(name, `new ${name}`), mode: 0o640 }));
  await using crashed = await FsStore.open(dir.path);
  await crashed.writeMany(many(...files), false);
  const [journal] = journals(dir.path);
  await Deno.copyFile(`${dir.path}/.ftserver/batches/${journal}`, `${dir.path}.journal`);
  await crashed[Symbol.asyncDispose]();
  // A power cut may remove a name, or empty a file without changing its time.
  await Deno.rename(`${dir.path}.journal`, `${dir.path}/.ftserver/batches/${journal}`);
  await Deno.remove(`${dir.path}/missing`);
  await Deno.truncate(`${dir.path}/torn`, 0);
  await Deno.utime(`${dir.path}/torn`, new Date(), new Date(1_700_000_000_993));
  await Deno.writeTextFile(`${dir.path}/changed`, "by hand");
  await using _store = await FsStore.open(dir.path);
  assertEquals(await Deno.readTextFile(`${dir.path}/missing`), "new missing");
  assertEquals(await Deno.readTextFile(`${dir.path}/torn`), "new torn");
  assertEquals(await Deno.readTextFile(`${dir.path}/changed`), "by hand");
  assertEquals(await Deno.readTextFile(`${dir.path}/whole`), "new whole");
  for (const name of Deno.build.os === "windows" ? [] : ["missing", "torn"]) {
    assertEquals((await Deno.stat(`${dir.path}/${name}`)).mode! & 0o777, 0o640, name);
  }
  assertEquals(journals(dir.path), []);
});

Deno.test("FsStore.open replays a batch with times that the file system cannot store", async () => {
  await using dir = await tempDir();
  const times = [-62_135_596_800_000, -1, 2 ** 31 * 1000 + 1, 8e14];
  const files = times.map((mtimeMs, i) => ({ ...file(`torn${i}`, `new ${i}`), mtimeMs }));
  {
    await using crashed = await FsStore.open(dir.path);
    await crashed.writeMany(many(...files), false);
    const [journal] = journals(dir.path);
    await Deno.copyFile(`${dir.path}/.ftserver/batches/${journal}`, `${dir.path}.journal`);
  }
  await Deno.rename(`${dir.path}.journal`, `${dir.path}/.ftserver/batches/one`);
  for (const i of times.keys()) {
    const at = `${dir.path}/torn${i}`;
    const { mtime } = await Deno.stat(at);
    await Deno.truncate(at, 0);
    await Deno.utime(at, new Date(), mtime!);
  }
  await using _store = await FsStore.open(dir.path);
  for (const i of times.keys()) {
    assertEquals(await Deno.readTextFile(`${dir.path}/torn${i}`), `new ${i}`);
  }
});

Deno.test("FsStore settles a batch before one of its names is reused", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  await store.writeMany(many(file("d/a", "one"), file("b", "two")), false);
  await store.remove(storePath("d/a"));
  assertEquals(journals(dir.path), []);
});
