import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_PATH_DEPTH } from "../../lib/base/limits.ts";
import { contentToMove } from "../../lib/service/moved_tree.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { putDirectly } from "../../testing/files/memory_service.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { pure } from "../../testing/pure.ts";

pure("contentToMove counts a file or a tree, and nothing for a move that is refused", async () => {
  const store = new MemoryStore();
  await putDirectly(store, "docs/a", new Uint8Array(20));
  await putDirectly(store, "docs/in/b", new Uint8Array(10));
  const counted = async (from: string, to = "free") =>
    (await contentToMove(store, storePath(from), storePath(to))).bytes;
  assertEquals(
    await Promise.all(["docs", "docs/a", "docs/in", "absent", "."].map((from) => counted(from))),
    [30, 20, 10, 0, 0],
  );
  assertEquals(await counted("docs", "docs/in"), 0);
});

pure(
  "contentToMove refuses a tree of which anything would be too deep, and can be aborted",
  async () => {
    const store = new MemoryStore();
    await putDirectly(store, "top/a/b", new Uint8Array(1));
    const deep = (depth: number) => storePath(Array(depth).fill("d").join("/"));
    assertEquals((await contentToMove(store, storePath("top"), deep(MAX_PATH_DEPTH - 2))).bytes, 1);
    const error = await assertRejects(
      () => contentToMove(store, storePath("top"), deep(MAX_PATH_DEPTH - 1)),
      FtError,
    );
    assertEquals(error.code, "limit");
    const aborted = AbortSignal.abort(new FtError("interrupted", "gone"));
    await assertRejects(
      () => contentToMove(store, storePath("top"), deep(1), { signal: aborted }),
      FtError,
      "gone",
    );
  },
);

pure("contentToMove counts what can be read, and has the error of what cannot", async () => {
  const store = new MemoryStore();
  await putDirectly(store, "top/a", new Uint8Array(20));
  await putDirectly(store, "top/shut/b", new Uint8Array(10));
  const error = new FtError("not_allowed", "cannot list top/shut");
  const list = store.list.bind(store);
  store.list = (dir, ...more) => {
    if (dir === "top/shut") throw error;
    return list(dir, ...more);
  };
  const content = await contentToMove(store, storePath("top"), storePath("free"));
  assertEquals(content, { bytes: 20, uncounted: error });
});
