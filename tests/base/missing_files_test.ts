import { assert, assertEquals, assertThrows } from "@std/assert";
import { lstatOrNull, removeIfThere, removeQuietly } from "../../lib/base/missing_files.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("lstatOrNull sees a link itself, and nothing below a file", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("file"), "");
  await Deno.symlink("nowhere", dir.join("link"));
  assert(lstatOrNull(dir.join("link"))?.isSymlink);
  assertEquals(lstatOrNull(dir.join("absent")), null);
  assertEquals(lstatOrNull(dir.join("file/below")), null);
  assertThrows(() => lstatOrNull(`${dir.path}/${"n".repeat(300)}`));
});

Deno.test("removeIfThere reports what it cannot remove", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(dir.join("full/child"), { recursive: true });
  await Deno.writeTextFile(dir.join("file"), "");
  removeIfThere(dir.join("file"));
  removeIfThere(dir.join("file"));
  assertEquals(lstatOrNull(dir.join("file")), null);
  assertThrows(() => removeIfThere(dir.join("full")));
});

Deno.test("removeQuietly says whether the name is free", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(dir.join("full/child"), { recursive: true });
  await Deno.writeTextFile(dir.join("file"), "");
  const names = ["file", "file", "absent", "full"];
  assertEquals(names.map((name) => removeQuietly(dir.join(name))), [true, true, true, false]);
});
