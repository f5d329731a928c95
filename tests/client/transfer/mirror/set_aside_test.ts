import { assert, assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import { SetAside } from "../../../../lib/client/transfer/mirror/set_aside.ts";
import { look } from "../../../../lib/storage/fs_entry.ts";
import { filesBelow } from "../../../../testing/files/same_files.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";

Deno.test("SetAside keeps files with the folders around them, and two never share a folder", async () => {
  await using dir = await tempDir();
  const top = dir.join("top");
  await Deno.mkdir(`${top}/a/b`, { recursive: true });
  for (const name of ["a/b/c", "d"]) await Deno.writeTextFile(`${top}/${name}`, name);
  using one = SetAside.beside(top);
  using two = SetAside.beside(`${top}/`);
  assert(one.folder !== two.folder);
  assertEquals(one.take(`${top}/a/b/c`, undefined), `${one.folder}/a/b/c`);
  one.take(`${top}/a/b`, look(`${top}/a/b`)!);
  one.take(`${top}/d`, undefined);
  assertEquals(await filesBelow(one.folder), ["a/", "a/b/", "a/b/c", "d"]);
  assertEquals(await filesBelow(top), ["a/"]);
});

Deno.test("SetAside leaves no folder if it took nothing, and refuses the root", async () => {
  await using dir = await tempDir();
  const top = dir.join("top");
  await Deno.mkdir(top);
  let folder = "";
  {
    using aside = SetAside.beside(top);
    folder = aside.folder;
    assert(look(folder) !== null);
  }
  assertEquals(look(folder), null);
  assertThrows(() => SetAside.beside("/"), FtError, "--delete=forever");
});
