import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_PATH_DEPTH } from "../../lib/base/limits.ts";
import { bytesToMove } from "../../lib/service/moved_tree.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { putDirectly } from "../../testing/files/memory_service.ts";
import { MemoryStore } from "../../testing/files/memory_store.ts";
import { pure } from "../../testing/pure.ts";

pure("bytesToMove counts a file or a tree, and nothing for a move that is refused", async () => {
  const store = new MemoryStore();
  await putDirectly(store, "docs/a", new Uint8Array(20));
  await putDirectly(store, "docs/in/b", new Uint8Array(10));
  const counted = (from: string, to = "free") => bytesToMove(store, storePath(from), storePath(to));
  assertEquals(
    await Promise.all(["docs", "docs/a", "docs/in", "absent", "."].map((from) => counted(from))),
    [30, 20, 10, 0, 0],
  );
  assertEquals(await counted("docs", "docs/in"), 0);
});

pure(
  "bytesToMove refuses a tree of which anything would be too deep, and can be aborted",
  async () => {
    const store = new MemoryStore();
    await putDirectly(store, "top/a/b", new Uint8Array(1));
    const deep = (depth: number) => storePath(Array(depth).fill("d").join("/"));
    assertEquals(await bytesToMove(store, storePath("top"), deep(MAX_PATH_DEPTH - 2)), 1);
    const error = await assertRejects(
      () => bytesToMove(store, storePath("top"), deep(MAX_PATH_DEPTH - 1)),
      FtError,
    );
    assertEquals(error.code, "limit");
    const aborted = AbortSignal.abort(new FtError("interrupted", "gone"));
    await assertRejects(
      () => bytesToMove(store, storePath("top"), deep(1), aborted),
      FtError,
      "gone",
    );
  },
);
