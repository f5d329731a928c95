import { assertEquals, assertRejects } from "@std/assert";
import {
  type Action,
  ACTIONS,
  type Permission,
  uniformPermission,
} from "../../lib/auth/permission.ts";
import { FtError, notFound } from "../../lib/base/errors.ts";
import { isWithin } from "../../lib/base/is_within.ts";
import { BLOCK_BYTES, SMALL_FILE_BYTES } from "../../lib/base/limits.ts";
import type { BatchResult, SmallFile } from "../../lib/service/files.ts";
import { leftOutEntry } from "../../lib/storage/fs_child.ts";
import type { StoreEntry } from "../../lib/storage/store.ts";
import { type StorePath, storePath } from "../../lib/storage/store_path.ts";
import { memoryService, putDirectly } from "../../testing/files/memory_service.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { pure } from "../../testing/pure.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { content, get, names, put, refuses, text, totalOf } from "../conformance/content.ts";

const EVERYTHING = uniformPermission(ACTIONS);
const ANY = { kind: "any" } as const;

/** Allows everything except some actions at and below a path. */
function without(actions: readonly Action[], path: string): Permission {
  const denies = (action: Action) => actions.includes(action);
  return {
    allows: (action, at) => !denies(action) || !isWithin(path, at),
    allowsBelow: (action, at) => !denies(action) || !(isWithin(path, at) || isWithin(at, path)),
    quotas: () => [],
  };
}

function smallFile(path: string, bytes: number): SmallFile {
  const facts = { digest: "", mtimeMs: 0, executable: false };
  return { path, bytes: content(bytes), ...facts };
}

Deno.test("FileService replaces an expected version where no digest can be cached", async () => {
  await using dir = await tempDir();
  // A folder is not a database, and a full one cannot be replaced when it is set aside.
  await Deno.mkdir(dir.join("cache.broken/full"), { recursive: true });
  await Deno.mkdir(dir.join("cache"));
  using service = await memoryService({
    content: { f: text("old") },
    cachePath: dir.join("cache"),
  });
  const files = service.files("one", EVERYTHING);
  const precondition = { kind: "root", root: totalOf(text("old")).root } as const;
  await put(files, "f", text("new"), { precondition });
  assertEquals(await get(files, "f"), text("new"));
});

/** Aborts a signal with the first removal. */
class StoppingStore extends MemoryStore {
  readonly stop = new AbortController();

  override async remove(path: StorePath): Promise<void> {
    await super.remove(path);
    this.stop.abort(new Error("stopped by the caller"));
  }
}

pure("FileService.remove stops between files, however deep, when its signal ends", async () => {
  const store = new StoppingStore();
  const content = Object.fromEntries(["1", "2", "3"].map((name) => [`d/in/${name}`, text(name)]));
  using service = await memoryService({ store, content });
  const files = service.files("one", EVERYTHING);
  const options = { recursive: true, signal: store.stop.signal };
  await assertRejects(() => files.remove("d", options), Error, "stopped by the caller");
  assertEquals((await names(files, "d/in")).length, 2);
  assertEquals((await store.stat(storePath("d/in")))?.type, "dir");
});

/** Leaves out a link in each folder, fails to remove some files, and loses others meanwhile. */
class OddStore extends MemoryStore {
  override async *list(
    dir: StorePath,
    signal?: AbortSignal,
    leftOut: (error: FtError) => void = () => {},
  ): AsyncGenerator<StoreEntry> {
    if (dir !== ".") leftOut(leftOutEntry(`${dir}/link`, "it is a link"));
    yield* super.list(dir, signal);
  }

  override async remove(path: StorePath): Promise<void> {
    if (path.endsWith("stuck")) throw new FtError("not_allowed", "stuck", { name: path });
    await super.remove(path);
    if (path.endsWith("gone")) throw notFound(path);
  }
}

pure("FileService.remove removes what it can, and names each entry that stays", async () => {
  const paths = ["d/a/1", "d/a/stuck", "d/b/gone", "d/b/2", "d/c"];
  const content = Object.fromEntries(paths.map((path) => [path, text(path)]));
  using service = await memoryService({ store: new OddStore(), content });
  const files = service.files("one", EVERYTHING);
  const error = await refuses("partial", () => files.remove("d", { recursive: true }));
  assertEquals([error.message, error.exitCode], ["not removed completely: d", 23]);
  const stay = ["d/link", "d/a/link", "d/a/stuck", "d/b/link"];
  assertEquals(error.parts.map(({ subject }) => subject).sort(), stay.sort());
  assertEquals(await names(files, "d", true), ["d/a", "d/a/stuck", "d/b"]);
});

pure(
  "FileService.list names entries that are left out, but none that the caller may not list",
  async () => {
    const content = { "d/in/a": text("a"), "d/secret/b": text("b") };
    using service = await memoryService({ store: new OddStore(), content });
    const left = async (permission: Permission) => {
      const paths: string[] = [];
      const onLeftOut = (path: string) => paths.push(path);
      await Array.fromAsync(
        service.files("one", permission).list("d", { recursive: true, onLeftOut }),
      );
      return paths.sort();
    };
    assertEquals(await left(EVERYTHING), ["d/in/link", "d/link", "d/secret/link"]);
    assertEquals(await left(without(["list"], "d/secret")), ["d/in/link", "d/link"]);
    assertEquals(await left(without(["list"], "d/link")), ["d/in/link", "d/secret/link"]);
  },
);

pure("FileService.list stops between entries when its signal ends", async () => {
  using service = await memoryService({ content: { "d/in/a": text("a"), "d/in/b": text("b") } });
  const stop = new AbortController();
  const options = { recursive: true, signal: stop.signal };
  const listing = service.files("one", EVERYTHING).list("d", options)[Symbol.asyncIterator]();
  const listed = [(await listing.next()).value?.path, (await listing.next()).value?.path];
  stop.abort(new Error("stopped by the caller"));
  await assertRejects(() => listing.next(), Error, "stopped by the caller");
  assertEquals(listed, ["d/in", "d/in/a"]);
});

pure("FileService knows the root of a file once all of it was read", async () => {
  const bytes = content(2 * BLOCK_BYTES + 3);
  using service = await memoryService({ content: { f: bytes } });
  const files = service.files("one", EVERYTHING);
  const readPart = async (start: number, end: number) => {
    await using reading = await files.read("f", [{ start, end }]);
    for await (using _block of reading.blocks);
    return (await files.stat("f")).root;
  };
  assertEquals(await readPart(0, 2), undefined);
  assertEquals(await readPart(0, 3), totalOf(bytes).root);
});

pure("FileService.move needs permission for everything it moves, on both sides", async () => {
  const content = { "d/in/secret": text("secret"), "to/f": text("f") };
  using service = await memoryService({ content });
  const move = (permission: Permission, to = "to/d") =>
    service.files("one", permission).move("d", to);
  for (const action of ["list", "read", "remove"] as const) {
    const error = await refuses("not_allowed", () => move(without([action], "d/in")));
    assertEquals(error.message, `not allowed to ${action} everything in: d`);
  }
  await refuses("not_allowed", () => move(without(["write"], "to/d/in")));
  await move(without(["write"], "d/in"));
  assertEquals(await names(service.files("one", EVERYTHING), "to", true), [
    ...["to/d", "to/d/in", "to/d/in/secret", "to/f"],
  ]);
});

pure(
  "FileService.move replaces a file only for a caller who may remove it, and if asked",
  async () => {
    using service = await memoryService({ content: { a: content(10), "to/f": content(25) } });
    const quotas = (path: string) => isWithin("to", path) ? [{ path: "to", bytes: 30 }] : [];
    const files = service.files("one", { ...EVERYTHING, quotas });
    await refuses("conflict", () => files.move("a", "to/f"));
    const other = service.files("one", without(["remove"], "to/f"));
    await refuses("not_allowed", () => other.move("a", "to/f", { replace: true }));
    const holder = service.files("two", EVERYTHING);
    await holder.lease("to/f", { ttlMs: 60_000 });
    await refuses("conflict", () => files.move("a", "to/f", { replace: true }));
    await holder.release("to/f");
    // 10 B take the place of 25 B.
    await files.move("a", "to/f", { replace: true });
    assertEquals((await names(files, ".", true)).filter((name) => name !== "to"), ["to/f"]);
    await put(files, "to/more", content(20));
    await put(files, "b", content(11));
    await refuses("limit", () => files.move("b", "to/f", { replace: true }));
  },
);

pure("FileService.move takes digests along, and counts as a write into a quota", async () => {
  using service = await memoryService({ content: { "d/f": content(10), "to/f": content(10) } });
  const quotas = (path: string) => isWithin("to", path) ? [{ path: "to", bytes: 30 }] : [];
  const files = service.files("one", { ...EVERYTHING, quotas });
  await put(files, "d/known", content(5));
  await put(files, "d/more", content(6));
  await files.move("d/f", "to/g");
  const error = await refuses("limit", () => files.move("d", "to/d"));
  assertEquals([error.message, error.subject], [
    "over quota: to/d: quota of 30 B for to reached: 11 B asked",
    "to/d",
  ]);
  await files.move("d/known", "to/known");
  assertEquals((await files.stat("to/known")).root, totalOf(content(5)).root);
  // A move inside the folder needs no more room in its quota.
  await files.move("to/f", "to/moved");
  await refuses("limit", () => put(files, "to/new", content(6)));
  await files.remove("to/moved");
  await put(files, "to/new", content(15));
});

pure("FileService.stage reveals no digests of a file that cannot be read", async () => {
  using service = await memoryService({ content: { f: content(BLOCK_BYTES) } });
  const held = async (permission: Permission) => {
    const files = service.files("one", permission);
    await using upload = await files.stage("f", { precondition: ANY });
    return (await Array.fromAsync(upload.have())).length;
  };
  assertEquals(await held(EVERYTHING), 1);
  assertEquals(await held(without(["read"], "f")), 0);
});

pure("FileService does not replace a file that the caller cannot remove", async () => {
  using service = await memoryService({ content: { f: text("old") } });
  const files = service.files("one", without(["remove"], "."));
  const options = { precondition: ANY };
  await refuses("not_allowed", () => put(files, "f", text("new"), options));
  await using upload = await files.stage("g", options);
  await putDirectly(service.store, "g", text("first"));
  const committed = put(files, "h", text("h"), options);
  assertEquals((await committed).path, "h");
  await refuses("conflict", () => upload.commit(totalOf(new Uint8Array())));
  const [result] = await files.writeMany([smallFile("f", 3)], options);
  assertEquals("error" in result!, true);
  assertEquals(await get(files, "f"), text("old"));
});

pure("FileService names the file in its errors, and marks those that are retryable", async () => {
  using service = await memoryService({ content: { f: text("old") } });
  const files = service.files("one", EVERYTHING);
  const root = "0".repeat(64);
  const refusals = [
    await refuses("conflict", () => put(files, "f", text("new"))),
    await refuses(
      "conflict",
      () => put(files, "f", text("x"), { precondition: { kind: "root", root } }),
    ),
    await refuses("conflict", () => files.read("f", undefined, { revision: "another" })),
    await refuses("usage", () => files.read("f", [{ start: 0, end: 2 }])),
    await refuses("usage", () => put(files, ".", text("x"))),
    await refuses("not_allowed", () => files.remove(".", { recursive: true })),
  ];
  assertEquals(refusals.map(({ message, subject, retryable }) => [message, subject, retryable]), [
    ["already exists: f", "f", false],
    ["changed meanwhile: f", "f", false],
    ["changed meanwhile: f", "f", true],
    ["no such blocks in f: 0 to 2", "f", false],
    ["the root is a folder", ".", false],
    ["the root cannot be removed", ".", false],
  ]);
});

pure("FileService refuses large files in a batch", async () => {
  const [most, over] = [content(SMALL_FILE_BYTES), content(SMALL_FILE_BYTES + 1)];
  using service = await memoryService({ content: { most, over } });
  const files = service.files("one", EVERYTHING);
  const outcomes = (results: readonly BatchResult<unknown>[]) =>
    results.map((result) => {
      if (!("error" in result)) return result.path;
      const { code, message, subject, retryable } = result.error as FtError;
      return [code, message, subject, retryable];
    });
  assertEquals(outcomes(await Array.fromAsync(files.readMany(["most", "over"]))), [
    "most",
    ["conflict", "too large for a batch: over", "over", true],
  ]);
  const [small, large] = [smallFile("small", most.length), smallFile("large", over.length)];
  assertEquals(outcomes(await files.writeMany([small, large])), [
    "small",
    ["limit", "too large for a batch: large", "large", false],
  ]);
});
