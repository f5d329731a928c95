import { assert, assertEquals, assertRejects } from "@std/assert";
import { FolderNames } from "../../lib/storage/folder_names.ts";
import type { FolderList } from "../../lib/storage/folders.ts";
import type { FsJail } from "../../lib/storage/fs_jail.ts";
import { type StorePath, storePath } from "../../lib/storage/store_path.ts";
import { MAX_FOLDERS_READ } from "../../lib/base/limits.ts";

const dir = storePath("d");

/** A jail whose reads of folders end when the test says so. */
function slowJail() {
  const reads: { readonly resolve: (names: string[]) => void }[] = [];
  const children = () => {
    const { promise, resolve } = Promise.withResolvers<FolderList>();
    reads.push({ resolve: (names) => resolve({ names, others: new Map() }) });
    return promise;
  };
  const folders = new FolderNames({ children } as unknown as FsJail);
  const of = async (dir: StorePath, signal?: AbortSignal) => (await folders.of(dir, signal)).names;
  return { reads, names: { of } };
}

/** Lets the microtasks run. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("FolderNames sorts, and shares one reading among those that wait", async () => {
  const { reads, names } = slowJail();
  const running = [];
  for (let i = 0; i < MAX_FOLDERS_READ; i++) {
    running.push(names.of(dir));
    await settle();
  }
  const waiting = [names.of(dir), names.of(dir), names.of(dir)];
  await settle();
  // A reading that has begun might miss a recent change, so it is not shared.
  assertEquals(reads.length, MAX_FOLDERS_READ);
  for (const read of [...reads]) read.resolve(["b", "a"]);
  assertEquals(await Promise.all(running), running.map(() => ["a", "b"]));
  await settle();
  assertEquals(reads.length, MAX_FOLDERS_READ + 1);
  reads.at(-1)!.resolve(["c"]);
  assertEquals(await Promise.all(waiting), [["c"], ["c"], ["c"]]);
});

Deno.test("FolderNames does not read a folder that nobody waits for any more", async () => {
  const { reads, names } = slowJail();
  const busy = Array.from({ length: MAX_FOLDERS_READ }, (_, i) => names.of(storePath(`busy${i}`)));
  const aborter = new AbortController();
  const waiting = names.of(dir, aborter.signal);
  await settle();
  aborter.abort(new Error("left"));
  await assertRejects(() => waiting, Error, "left");
  for (const read of [...reads]) read.resolve([]);
  await Promise.all(busy);
  await settle();
  assertEquals(reads.length, MAX_FOLDERS_READ);
});

Deno.test("FolderNames keeps one list of the same names in memory", async () => {
  const { reads, names } = slowJail();
  const long = Array.from({ length: 1000 }, (_, i) => `n${i}`);
  const lists = [];
  for (const found of [long, long, [...long.slice(1), "z"]]) {
    const list = names.of(dir);
    await settle();
    reads.at(-1)!.resolve([...found]);
    lists.push(await list);
  }
  assert(lists[0] === lists[1]);
  assertEquals(lists[2]?.at(-1), "z");
});
