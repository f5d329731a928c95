import { assertEquals, assertRejects } from "@std/assert";
import { ACTIONS, uniformPermission } from "../../lib/auth/permission.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import type { StorePath } from "../../lib/storage/store_path.ts";
import { memoryService } from "../../testing/files/memory_service.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { get, names, put, text, totalOf } from "../conformance/content.ts";

const EVERYTHING = uniformPermission(ACTIONS);

Deno.test("FileService replaces an expected version where no digest can be cached", async () => {
  await using dir = await tempDir();
  // A folder is not a database, and stays one when it is set aside.
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

/** Ends a signal with the first removal. */
class StoppingStore extends MemoryStore {
  readonly stop = new AbortController();

  override async remove(path: StorePath): Promise<void> {
    await super.remove(path);
    this.stop.abort(new Error("stopped by the caller"));
  }
}

Deno.test("FileService.remove stops between files, however deep, when its signal ends", async () => {
  const store = new StoppingStore();
  const content = Object.fromEntries(["1", "2", "3"].map((name) => [`d/in/${name}`, text(name)]));
  using service = await memoryService({ store, content });
  const files = service.files("one", EVERYTHING);
  const options = { recursive: true, signal: store.stop.signal };
  await assertRejects(() => files.remove("d", options), Error, "stopped by the caller");
  assertEquals((await names(files, "d/in")).length, 2);
  assertEquals((await store.stat(storePath("d/in")))?.type, "dir");
});
