/**
 * Roots of files on a disk, whose system stores the time of the last change in whole seconds.
 */

import { assert, assertEquals } from "@std/assert";
import { SETTLED_AFTER_MS } from "../../lib/base/limits.ts";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { isSettled } from "../../lib/storage/store.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { clockAhead, settledClock } from "../../testing/clock_ahead.ts";
import { sampleBytes } from "../../testing/content.ts";
import { testServer } from "../../testing/test_server.ts";
import { put, totalOf } from "../conformance/content.ts";

const TIME = new Date("2001-02-03T04:05:06.789Z");
const SIZES = { small: 4000, large: 2_500_000 };

/** Writes in place, and leaves size, time of change and inode as they are. */
function overwriteUnseen(at: string, bytes: Uint8Array): void {
  const before = Deno.statSync(at);
  using file = Deno.openSync(at, { write: true });
  file.writeSync(bytes);
  file.utimeSync(before.atime!, before.mtime!);
}

for (const [name, size] of Object.entries(SIZES)) {
  Deno.test(`a ${name} file changed within the second of its upload gets the root it has`, async () => {
    await using server = await testServer();
    await using remote = await server.connect();
    const [old, fresh] = [sampleBytes(size, 1), sampleBytes(size, 2)];
    await put(remote.files, name, old, { mtimeMs: TIME.getTime() });
    overwriteUnseen(`${server.root}/${name}`, fresh);
    const roots = async () => {
      const [listed] = await Array.fromAsync(remote.files.list(".", { roots: true }));
      const [looked] = await Array.fromAsync(remote.files.statMany([name]));
      assert(looked !== undefined && "value" in looked);
      return [(await remote.files.stat(name)).root, listed?.root, looked.value.root];
    };
    const { root } = totalOf(fresh);
    {
      // However slow this machine is, the change counts as recent.
      using _recent = clockAhead(-3_600_000);
      for (let run = 0; run < 2; run++) assertEquals(await roots(), [undefined, undefined, root]);
    }
    using _later = settledClock();
    await roots();
    assertEquals(await roots(), [root, root, root]);
  });
}

Deno.test("a time of change in the future is never settled, whatever the clocks say", async () => {
  await using server = await testServer();
  await using remote = await server.connect();
  await put(remote.files, "f", sampleBytes(10));
  const { root } = totalOf(sampleBytes(10));
  using _slow = clockAhead(-3_600_000);
  for (let run = 0; run < 2; run++) {
    const [looked] = await Array.fromAsync(remote.files.statMany(["f"]));
    assertEquals(looked !== undefined && "value" in looked && looked.value.root, root);
    assertEquals((await remote.files.stat("f")).root, undefined);
  }
});

Deno.test("FsStore has entries of files that settle some time after their last change", async () => {
  await using server = await testServer();
  await using store = await FsStore.open(server.dir.path);
  await Deno.writeFile(server.dir.join("f"), sampleBytes(1));
  await Deno.utime(server.dir.join("f"), TIME, TIME);
  const entry = (await store.stat(storePath("f")))!;
  const changedMs = Deno.statSync(server.dir.join("f")).ctime!.getTime();
  assert(!isSettled(entry, changedMs + SETTLED_AFTER_MS - 1));
  assert(isSettled(entry, changedMs + SETTLED_AFTER_MS));
});
