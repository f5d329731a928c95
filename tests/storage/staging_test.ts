import { assertEquals } from "@std/assert";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("FsStore.open removes drafts and published staged files left by a crash, if it has the lock", async () => {
  await using dir = await tempDir();
  const staging = dir.join(".ftserver/staging");
  await Deno.mkdir(staging, { recursive: true });
  for (const name of [".c0ffee", "a_staged_upload"]) {
    await Deno.writeTextFile(`${staging}/${name}`, "half of it");
  }
  await Deno.writeTextFile(dir.join("f"), "whole");
  await Deno.link(dir.join("f"), `${staging}/a_published_upload`);
  const names = () => [...Deno.readDirSync(staging)].map(({ name }) => name).sort();
  await (await FsStore.open(dir.path))[Symbol.asyncDispose]();
  assertEquals(names(), [".c0ffee", "a_published_upload", "a_staged_upload"]);
  await (await FsStore.open(dir.path, { exclusive: true }))[Symbol.asyncDispose]();
  assertEquals(names(), ["a_staged_upload"]);
  assertEquals(await Deno.readTextFile(dir.join("f")), "whole");
});
