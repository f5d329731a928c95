/**
 * The store closes every file it opens, whatever the outcome.
 */

import { assertEquals } from "@std/assert";
import { SMALL_FILE_BYTES } from "../../lib/base/limits.ts";
import { encodeBatch } from "../../lib/storage/batch_journal.ts";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { openBelow } from "../../testing/files/open_below.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { NEEDS_LINUX } from "../../testing/skip.ts";

Deno.test("FsStore leaves no file open", NEEDS_LINUX, async () => {
  await using dir = await tempDir();
  const root = await Deno.realPath(dir.path);
  const file = (name: string) => ({
    ...{ path: storePath(name), bytes: new Uint8Array(10), mtimeMs: 0, executable: false },
  });
  {
    await using store = await FsStore.open(root, { exclusive: true });
    assertEquals(openBelow(root), [`${root}/.ftserver/lock/pid`]);
    await store.writeMany(Array.from({ length: 20 }, (_, i) => file(`d/${i}`)), false);
    await store.writeMany([file("f"), file("d/1"), file("f/below")], false);
    await store.writeMany([file("d/1")], true);
    for (const token of ["published_1", "discarded_1", "kept_until_later_1"]) {
      await using staged = await store.stage(token);
      await staged.writeAt(0, new Uint8Array(10));
      await staged.writeAt(10, new Uint8Array(2 * SMALL_FILE_BYTES));
      await staged.readAt(0, new Uint8Array(10));
      const path = storePath("d/1");
      if (token.startsWith("pub")) await staged.publish(path, { replace: true });
      if (token.startsWith("dis")) await staged.discard();
    }
    await using stored = await store.open(storePath("f"));
    await stored!.readAt(0, new Uint8Array(10));
    assertEquals(openBelow(root).sort(), [`${root}/.ftserver/lock/pid`, `${root}/f`]);
    await store.move(storePath("d"), storePath("e"));
    await store.remove(storePath("e/1"));
  }
  assertEquals(openBelow(root), []);
  // This start replays a journal whose file is already complete.
  await Deno.writeFile(`${root}/.ftserver/batches/left`, encodeBatch([file("f")]));
  await using _store = await FsStore.open(root);
  assertEquals(openBelow(root), []);
});
