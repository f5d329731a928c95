import { basename, dirname, relative } from "node:path";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../../../lib/base/errors.ts";
import { smallFile } from "../../../../lib/blocks/small_file_digest.ts";
import { PartFile, removeLeftovers } from "../../../../lib/client/transfer/get/part_file.ts";
import {
  isPartName,
  learnFolder,
  type PartPaths,
  partPaths,
} from "../../../../lib/client/transfer/get/part_names.ts";
import { writeSmallFile } from "../../../../lib/client/transfer/get/small_file_download.ts";
import { noticeTime } from "../../../../lib/client/transfer/local_facts.ts";
import { type TempDir, tempDir } from "../../../../testing/temp_dir.ts";

const names = (dir: TempDir) => [...Deno.readDirSync(dir.path)].map(({ name }) => name).sort();
const small = (text: string) => {
  const bytes = new TextEncoder().encode(text);
  return smallFile({ path: "f", bytes, mtimeMs: 1e12, executable: false });
};

/** What a program leaves that dies between the two steps of giving a part file its name. */
async function diedWhileNaming(dir: TempDir): Promise<PartPaths> {
  const paths = partPaths(dir.join("f"));
  await Deno.writeTextFile(paths.target, "complete");
  await Deno.link(paths.target, paths.part);
  await Deno.writeTextFile(paths.journal, "{}");
  return paths;
}

Deno.test("PartFile.open never gives the target itself, when a crash left it under both names", async () => {
  await using dir = await tempDir();
  const paths = await diedWhileNaming(dir);
  const { target } = paths;
  {
    using part = PartFile.open(paths);
    assertEquals(part.bytes, 0);
    await part.writeAt(0, new TextEncoder().encode("new"));
  }
  assertEquals(await Deno.readTextFile(target), "complete");
});

Deno.test("removeLeftovers removes part and journal, and spares what another is writing", async () => {
  await using dir = await tempDir();
  const paths = await diedWhileNaming(dir);
  removeLeftovers(paths);
  assertEquals(names(dir), ["f"]);
  for (const left of [paths.journal, paths.journalDraft]) {
    await Deno.writeTextFile(left, "{}");
    removeLeftovers(paths);
    assertEquals(names(dir), ["f"]);
  }
  using _part = PartFile.open(paths);
  removeLeftovers(paths);
  assertEquals(names(dir), [basename(paths.part), "f"]);
});

const NEW = { times: true, replace: false };

Deno.test("writeSmallFile takes the place of what a crash left, and not of what another is writing", async () => {
  await using dir = await tempDir();
  const paths = partPaths(dir.join("f"));
  const { target } = paths;
  await Deno.writeTextFile(paths.part, "half a ");
  writeSmallFile(paths, small("whole"), NEW);
  assertEquals(await Deno.readTextFile(target), "whole");
  assertEquals((await Deno.stat(target)).mtime?.getTime(), 1e12);
  assertEquals(names(dir), ["f"]);
  const other = partPaths(dir.join("g"));
  using _part = PartFile.open(other);
  const error = assertThrows(() => writeSmallFile(other, small("whole"), NEW), FtError);
  assertEquals(error.code, "conflict");
  assertEquals(names(dir), [basename(other.part), "f"]);
  const taken = assertThrows(() => writeSmallFile(paths, small("other"), NEW), FtError);
  assert(/already exists/.test(taken.message));
  assertEquals(names(dir), [basename(other.part), "f"]);
});

Deno.test("PartFile.publish returns the time that the file system stored", async () => {
  await using dir = await tempDir();
  for (const mtimeMs of [-62_135_596_800_000, -1, 1e12 + 1, 1e14]) {
    const at = dir.join(`large${mtimeMs}`);
    using part = PartFile.open(partPaths(at));
    const stored = part.publish({ mtimeMs, replace: false });
    assertEquals(stored, Deno.statSync(at).mtime!.getTime());
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

Deno.test("own-side-files-collide: partPaths depend on the absolute path of the folder, in every spelling", async () => {
  await using dir = await tempDir();
  for (const name of ["a", "b"]) await Deno.mkdir(dir.join(name));
  const all = ["a/v", "a/w", "b/v"].map((name) => partPaths(dir.join(name)));
  for (const { target, part, journal, journalDraft } of all) {
    for (const path of [part, journal, journalDraft]) {
      assertEquals([dirname(path), isPartName(path)], [dirname(target), true]);
      assert(basename(path).startsWith(`.${basename(target)}.`), path);
    }
  }
  const digits = all.map(({ part }) => basename(part).split(".")[2]);
  assertEquals([digits[0] === digits[1], digits[0] === digits[2]], [true, false]);
  for (const target of [dir.join("a/../a/v"), relative(Deno.cwd(), dir.join("a/v"))]) {
    assertEquals(basename(partPaths(target).part), basename(all[0]!.part), target);
  }
  const long = partPaths(dir.join("x".repeat(255)));
  assert(
    basename(long.part).length <= 255 && long.part !== partPaths(dir.join("y".repeat(255))).part,
  );
});

Deno.test("own-side-files-collide: partPaths avoid the names of other targets", async () => {
  await using dir = await tempDir();
  const first = partPaths(dir.join("v"));
  for (const taken of [first.part, first.journal, first.journalDraft]) {
    const others = partPaths(dir.join("v"), new Set([taken]));
    const { part, journal, journalDraft } = others;
    assertEquals(new Set([part, journal, journalDraft, taken]).size, 4);
    assertEquals(others, partPaths(dir.join("v"), new Set([taken])));
  }
});

Deno.test("learnFolder computes the names that partPaths would, so that a later run finds the part", async () => {
  await using dir = await tempDir();
  const spelled = `${dir.path}/./v`;
  await learnFolder(spelled);
  assertEquals(basename(partPaths(spelled).part), basename(partPaths(dir.join("v")).part));
  const missing = `${dir.path}/./none/v`;
  await learnFolder(missing);
  assertEquals(
    basename(partPaths(missing).part),
    basename(partPaths(dir.join("none/v")).part),
  );
});
