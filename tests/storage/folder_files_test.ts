import { assert, assertEquals, assertLess } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { createFilesIn } from "../../lib/storage/folder_files.ts";
import { FolderProof } from "../../lib/storage/folder_proof.ts";
import { readFilesIn } from "../../lib/storage/folder_reads.ts";
import { runsByFolder } from "../../lib/storage/folder_runs.ts";
import { FsJail } from "../../lib/storage/fs_jail.ts";
import { FsStore } from "../../lib/storage/fs_store.ts";
import type { SmallContent } from "../../lib/storage/store.ts";
import { type StorePath, storePath } from "../../lib/storage/store_path.ts";
import { SwapGuard } from "../../lib/storage/swap_guard.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";
import { type TempDir, tempDir } from "../../testing/temp_dir.ts";

const FILES = 64;

function files(folder: string, count = FILES): SmallContent[] {
  return Array.from({ length: count }, (_, i) => ({
    path: storePath(`${folder}/f${i}`),
    bytes: new TextEncoder().encode(`content ${i}`),
    mtimeMs: 1e12 + i,
    executable: false,
  }));
}

/** Counts the names that a task looks up. */
async function lookups(task: () => unknown): Promise<number> {
  const lstat = Deno.lstatSync;
  let count = 0;
  Deno.lstatSync = (path) => {
    count++;
    return lstat(path);
  };
  try {
    await task();
  } finally {
    Deno.lstatSync = lstat;
  }
  return count;
}

Deno.test("FsStore.writeMany looks up each file once, and its folders once for all", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  // Whatever is found out only once is known by then.
  await store.writeMany(files("a/b/first", 1), false);
  const count = await lookups(async () => {
    const results = await store.writeMany(files("a/b/c/d"), false);
    assert(results.every((result) => !(result instanceof Error)));
  });
  assertLess(count, FILES + 64);
  // Then they are synced.
  assertLess(await lookups(() => store[Symbol.asyncDispose]()), FILES + 16);
});

Deno.test("FsStore.readMany looks up each file twice, and its folders once for all", async () => {
  await using store = await FsStore.open(REPOSITORY, { readOnly: true });
  const folder = storePath("lib/storage");
  const paths: StorePath[] = [];
  for await (const { path } of store.list(folder)) paths.push(path);
  const read: unknown[] = [];
  const count = await lookups(() => read.push(...store.readMany(paths, 1e6)));
  assertLess(count, 2 * paths.length + 16);
  assertEquals(read.length, paths.length);
});

Deno.test("FsStore.list looks at the first names of a long folder before it knows the others", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(dir.join("d"));
  for (let i = 0; i < 1000; i++) Deno.writeFileSync(dir.join(`d/f${i}`), new Uint8Array(0));
  await using store = await FsStore.open(dir.path);
  const listing = store.list(storePath("d"))[Symbol.asyncIterator]();
  const first = await lookups(() => listing.next());
  assertLess(first, 64 + 16);
  let names = 1;
  while (!(await listing.next()).done) names++;
  assertEquals(names, 1000);
});

Deno.test("readFilesIn reads what cannot have been swapped for a while, and nothing else", async () => {
  const paths = ["mod.ts", "none", "lib", "deno.json"].map(storePath);
  const old = readFilesIn(await FsJail.open(REPOSITORY), paths, 1e6);
  assertEquals(old.map((file) => file?.entry.path), ["mod.ts", undefined, undefined, "deno.json"]);
  assertEquals(old[0]?.bytes, await Deno.readFile(`${REPOSITORY}/mod.ts`));
  assertEquals(readFilesIn(await FsJail.open(REPOSITORY), paths, 9), [null, null, null, null]);
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("new"), "new");
  const jail = await FsJail.open(dir.path);
  assertEquals(readFilesIn(jail, [storePath("new")], 1e6), [null]);
});

/** Moves a served folder away and puts a link to another one in its place. */
function swap(dir: TempDir): void {
  Deno.renameSync(dir.join("served/d"), dir.join("served/away"));
  Deno.symlinkSync("../outside", dir.join("served/d"));
}

async function scene() {
  const dir = await tempDir();
  for (const name of ["served/d", "outside", "drafts"]) {
    await Deno.mkdir(dir.join(name), { recursive: true });
  }
  const jail = await FsJail.open(dir.join("served"));
  return { ...dir, jail, guard: new SwapGuard(jail, () => dir.join("probe")) };
}

Deno.test(
  "createFilesIn takes back what it created in a folder that was swapped meanwhile",
  NEEDS_POSIX,
  async () => {
    await using dir = await scene();
    const results = createFilesIn(storePath("d"), files("d", 8), {
      ...{ jail: dir.jail, guard: dir.guard, replace: false },
      makeFolder() {},
      draft: () => dir.join("drafts/."),
      bitsFor({ path }) {
        if (path === "d/f3") swap(dir);
        return 0o644;
      },
      replaced: () => null,
      keep: () => null,
      requirePortable() {},
      createGuarded: () => {
        throw new Error("nobody else can write here");
      },
    });
    assert(results.every((result) => result instanceof FtError));
    assertEquals([...Deno.readDirSync(dir.join("outside"))], []);
    assertEquals([...Deno.readDirSync(dir.join("drafts"))], []);
  },
);

Deno.test(
  "FolderProof holds until a folder above the last one has changed",
  NEEDS_POSIX,
  async () => {
    await using dir = await scene();
    const proof = FolderProof.of(dir.jail, storePath("d"))!;
    await Deno.writeTextFile(dir.join("served/d/new"), "");
    assert(proof.holds());
    swap(dir);
    assert(!proof.holds());
    await Deno.remove(dir.join("served/d"));
    await Deno.rename(dir.join("served/away"), dir.join("served/d"));
    assert(!proof.holds(), "it is the same folder, but was away");
    assertEquals(FolderProof.of(dir.jail, storePath("none")), null);
  },
);

Deno.test("runsByFolder keeps the order, and begins a run with each folder", () => {
  const paths = ["a", "b", "d/a", "d/b", "c", "d/c"].map(storePath);
  assertEquals([...runsByFolder(paths, (path) => path)], [
    ["a", "b"],
    ["d/a", "d/b"],
    ["c"],
    ["d/c"],
  ] as StorePath[][]);
  assertEquals([...runsByFolder(paths.slice(0, 0), (path) => path)], []);
});
