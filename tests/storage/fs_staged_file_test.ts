import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import type { Facts } from "../../lib/storage/fs_entry.ts";
import { FsStagedFile } from "../../lib/storage/fs_staged_file.ts";
import type { PublishOptions } from "../../lib/storage/store.ts";
import { type StorePath, storePath } from "../../lib/storage/store_path.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("FsStagedFile ends once it has its name, even if a later step fails", async () => {
  await using dir = await tempDir();
  const named = dir.join("named");
  const publisher = {
    bitsFor: () => 0o644,
    settled: () => Promise.resolve(),
    makeRoom: () => false,
    place(staged: string, _path: StorePath, _options: PublishOptions, facts: () => Facts) {
      Deno.renameSync(staged, named);
      facts();
      return Promise.reject(new FtError("internal", "the folder cannot be synced"));
    },
  };
  const called = { token: "an_upload", name: "f" };
  await using staged = new FsStagedFile(dir.join("an_upload"), called, publisher, () => {});
  await staged.writeAt(0, new TextEncoder().encode("whole"));
  await assertRejects(() => staged.publish(storePath("f"), { replace: true }), FtError, "synced");
  await assertRejects(() => staged.writeAt(0, new Uint8Array(3)), FtError, "after it ended");
  assertEquals(await Deno.readTextFile(named), "whole");
});

Deno.test("stale-writer-is-fenced: FsStagedFile gets no name if it is taken over while it waits for one", async () => {
  await using dir = await tempDir();
  const settling = Promise.withResolvers<void>();
  const waits = Promise.withResolvers<void>();
  let named = false;
  const publisher = {
    bitsFor: () => 0o644,
    makeRoom: () => false,
    settled() {
      waits.resolve();
      return settling.promise;
    },
    place() {
      named = true;
      return Promise.reject(new FtError("internal", "it must not be named"));
    },
  };
  const called = { token: "an_upload", name: "f" };
  await using staged = new FsStagedFile(dir.join("an_upload"), called, publisher, () => {});
  const published = assertRejects(
    () => staged.publish(storePath("f"), { replace: true }),
    FtError,
    "took this upload over",
  );
  await waits.promise;
  await staged.supersede();
  settling.resolve();
  await published;
  assertEquals(named, false);
});

Deno.test("FsStagedFile that does not get its name expires by its last write, not by its content's time", async () => {
  await using dir = await tempDir();
  const publisher = {
    bitsFor: () => 0o644,
    settled: () => Promise.resolve(),
    makeRoom: () => false,
    place: () => Promise.reject(new FtError("conflict", "it exists")),
  };
  const called = { token: "an_upload", name: "f" };
  await using staged = new FsStagedFile(dir.join("an_upload"), called, publisher, () => {});
  await staged.writeAt(0, new TextEncoder().encode("whole"));
  for (const mtimeMs of [-1_000_000, 1_000_000]) {
    const publishing = staged.publish(storePath("f"), { replace: false, mtimeMs });
    await assertRejects(() => publishing, FtError, "it exists");
    const { mtime } = await Deno.stat(dir.join("an_upload"));
    assert(mtime!.getTime() > 1e12, `${mtime}`);
  }
});
