import { assert, assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import { smallFile } from "../../../../lib/blocks/small_file_digest.ts";
import { PartFile, removeLeftovers } from "../../../../lib/client/transfer/get/part_file.ts";
import { partPath } from "../../../../lib/client/transfer/get/part_names.ts";
import { writeSmallFile } from "../../../../lib/client/transfer/get/small_file_download.ts";
import { noticeTime } from "../../../../lib/client/transfer/local_facts.ts";
import { type TempDir, tempDir } from "../../../../testing/temp_dir.ts";

const names = (dir: TempDir) => [...Deno.readDirSync(dir.path)].map(({ name }) => name).sort();
const small = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  return smallFile({ path: "f", bytes, mtimeMs: 1e12, executable: false });
};

/** What a program leaves that dies between the two steps of giving a part file its name. */
async function diedWhileNaming(dir: TempDir): Promise<string> {
  const target = dir.join("f");
  await Deno.writeTextFile(target, "complete");
  await Deno.link(target, partPath(target));
  await Deno.writeTextFile(dir.join(".f.ft-journal"), "{}");
  return target;
}

Deno.test("PartFile.open never gives the target itself, when a crash left it under both names", async () => {
  await using dir = await tempDir();
  const target = await diedWhileNaming(dir);
  {
    using part = PartFile.open(target);
    assertEquals(part.bytes, 0);
    await part.writeAt(0, new TextEncoder().encode("new"));
  }
  assertEquals(await Deno.readTextFile(target), "complete");
});

Deno.test("removeLeftovers removes part and journal, and spares what another is writing", async () => {
  await using dir = await tempDir();
  const target = await diedWhileNaming(dir);
  removeLeftovers(target);
  assertEquals(names(dir), ["f"]);
  for (const suffix of ["", "~"]) {
    await Deno.writeTextFile(dir.join(`.f.ft-journal${suffix}`), "{}");
    removeLeftovers(target);
    assertEquals(names(dir), ["f"]);
  }
  using _part = PartFile.open(target);
  removeLeftovers(target);
  assertEquals(names(dir), [".f.ft-part", "f"]);
});

Deno.test("writeSmallFile takes the place of what a crash left, and not of what another is writing", async () => {
  await using dir = await tempDir();
  const target = dir.join("f");
  await Deno.writeTextFile(partPath(target), "half a ");
  writeSmallFile(target, small("whole"), true);
  assertEquals(await Deno.readTextFile(target), "whole");
  assertEquals((await Deno.stat(target)).mtime?.getTime(), 1e12);
  assertEquals(names(dir), ["f"]);
  const other = dir.join("g");
  using _part = PartFile.open(other);
  const error = assertThrows(() => writeSmallFile(other, small("whole"), true), FtError);
  assertEquals(error.code, "conflict");
  assertEquals(names(dir), [".g.ft-part", "f"]);
  const taken = assertThrows(() => writeSmallFile(target, small("other"), true), FtError);
  assert(/already exists/.test(taken.message));
  assertEquals(names(dir), [".g.ft-part", "f"]);
});

Deno.test("writeSmallFile and PartFile.publish return the time that the file system stored", async () => {
  await using dir = await tempDir();
  for (const mtimeMs of [-62_135_596_800_000, -1, 1e12 + 1, 1e14]) {
    const at = [dir.join(`small${mtimeMs}`), dir.join(`large${mtimeMs}`)] as const;
    const stored = [writeSmallFile(at[0], { ...small("x"), mtimeMs }, true)];
    using part = PartFile.open(at[1]);
    stored.push(part.publish({ mtimeMs, replace: false }));
    assertEquals(stored, at.map((path) => Deno.statSync(path).mtime!.getTime()));
  }
});

Deno.test("noticeTime names a file whose time could not be stored, and no other", () => {
  const notices: unknown[] = [];
  const context = { onEvent: (event: unknown) => notices.push(event) };
  for (const found of [-1, -0.5]) noticeTime("a", -1, found, context);
  noticeTime("a", undefined, 5, context);
  assertEquals(notices, []);
  noticeTime("a", -62_135_596_800_000, -2_147_483_648_000, context);
  const text = "the file system of a cannot store its time: " +
    "0001-01-01T00:00:00.000Z became 1901-12-13T20:45:52.000Z";
  assertEquals(notices, [{ kind: "notice", text }]);
});
