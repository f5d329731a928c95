import { assertEquals } from "@std/assert";
import { FsStore } from "../../lib/storage/fs_store.ts";
import { tempDir } from "../support/temp_dir.ts";

Deno.test("FsStore.open removes drafts that a crash left, and no staged file, where it is alone", async () => {
  await using dir = await tempDir();
  const staging = dir.join(".ftserver/staging");
  await Deno.mkdir(staging, { recursive: true });
  for (const name of [".c0ffee", "a_staged_upload"]) {
    await Deno.writeTextFile(`${staging}/${name}`, "half of it");
  }
  const names = () => [...Deno.readDirSync(staging)].map(({ name }) => name).sort();
  await (await FsStore.open(dir.path))[Symbol.asyncDispose]();
  assertEquals(names(), [".c0ffee", "a_staged_upload"]);
  await (await FsStore.open(dir.path, { exclusive: true }))[Symbol.asyncDispose]();
  assertEquals(names(), ["a_staged_upload"]);
});
