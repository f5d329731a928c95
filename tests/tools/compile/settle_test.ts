import { assertEquals, assertRejects } from "@std/assert";
import { digestList, sha256 } from "../../../tools/compile/digests.ts";
import { LIST_NAME, settle, sweep } from "../../../tools/compile/settle.ts";
import { type TempDir, tempDir } from "../../../testing/temp_dir.ts";

/** An unpacked folder with one file. */
async function unpacked(dir: TempDir, name: string, text = "content"): Promise<[string, string]> {
  const folder = dir.join(name);
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/file`, text);
  const list = digestList([["file", new TextEncoder().encode("content")]]);
  await Deno.writeTextFile(`${folder}/${LIST_NAME}`, list);
  return [folder, sha256(list)];
}

const names = (dir: TempDir) => [...Deno.readDirSync(dir.path)].map(({ name }) => name).toSorted();

Deno.test("settle renames a complete folder to its final name", async () => {
  await using dir = await tempDir();
  const [folder, id] = await unpacked(dir, "part");
  await settle(folder, dir.join("final"), id);
  assertEquals(names(dir), ["final"]);
});

Deno.test("settle keeps a complete folder that exists already", async () => {
  await using dir = await tempDir();
  const [first, id] = await unpacked(dir, "final");
  const before = (await Deno.stat(`${first}/file`)).ino;
  const [folder] = await unpacked(dir, "part");
  await settle(folder, first, id);
  assertEquals(names(dir), ["final"]);
  assertEquals((await Deno.stat(`${first}/file`)).ino, before);
});

Deno.test("settle replaces a damaged folder", async () => {
  await using dir = await tempDir();
  const [final, id] = await unpacked(dir, "final", "contenT");
  const [folder] = await unpacked(dir, "part");
  await settle(folder, final, id);
  assertEquals(names(dir), ["final"]);
  assertEquals(await Deno.readTextFile(`${final}/file`), "content");
});

Deno.test("settle refuses damaged files, missing files, and other lists", async () => {
  await using dir = await tempDir();
  const final = dir.join("final");
  const [damaged, id] = await unpacked(dir, "damaged", "contenT");
  await assertRejects(() => settle(damaged, final, id), Error, "file does not match its digest");
  const [other] = await unpacked(dir, "other");
  await assertRejects(() => settle(other, final, id.replace(/^./, "x")), Error, LIST_NAME);
  await Deno.remove(`${other}/file`);
  await assertRejects(() => settle(other, final, id), Deno.errors.NotFound);
  assertEquals(names(dir), ["damaged", "other"]);
});

Deno.test("sweep removes only folders that were abandoned an hour ago", async () => {
  await using dir = await tempDir();
  const id = "0f".repeat(32);
  const kept = [id, `.${id}`, `.${id}.`, ".deno.12", "12"];
  for (const name of [...kept, `.${id}.a1Zx`, `.${id}.a1Zx.damaged`]) {
    await Deno.mkdir(dir.join(name));
    await Deno.writeTextFile(dir.join(`${name}/file`), "");
  }
  const made = (await Deno.stat(dir.join(`.${id}.a1Zx.damaged`))).mtime!.getTime();
  await sweep(dir.path, made + 3_500_000);
  assertEquals(names(dir).length, kept.length + 2);
  await sweep(dir.path, made + 3_600_000);
  assertEquals(names(dir), kept.toSorted());
});
