import { assertEquals } from "@std/assert";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { tempDir } from "../../testing/temp_dir.ts";

/** If the time is truncated, half of these are a millisecond early. */
const TIMES = Array.from({ length: 40 }, (_, i) => 1_763_708_000_000 + 7 * i + 1);

Deno.test("FsStore keeps the time of a file to the millisecond, small or staged", async () => {
  await using dir = await tempDir();
  await using store = await FsStore.open(dir.path);
  const files = TIMES.map((mtimeMs) => ({
    path: storePath(`small_${mtimeMs}`),
    ...{ bytes: new Uint8Array(3), mtimeMs, executable: false },
  }));
  await store.writeMany(files, false);
  for (const mtimeMs of TIMES) {
    await using staged = await store.stage("a_staged_file");
    await staged.publish(storePath(`staged_${mtimeMs}`), { replace: false, mtimeMs });
    for (const kind of ["small", "staged"]) {
      assertEquals((await store.stat(storePath(`${kind}_${mtimeMs}`)))?.mtimeMs, mtimeMs, kind);
    }
  }
});
