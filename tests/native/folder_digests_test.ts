/**
 * Digests of folders.
 */

import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { MAX_MODE_RUNS } from "../../lib/base/limits.ts";
import { contentDigest } from "../../lib/blocks/manifest.ts";
import {
  decodeFolderDigests,
  type FolderDigest,
  folderDigests,
  FolderHasher,
} from "../../lib/native/folder_digests.ts";
import { encodeJson, uint32s } from "../../lib/native/messages.ts";
import type { FileInfo } from "../../lib/service/files.ts";

const ROOT = "a".repeat(64);

function file(path: string, more: Partial<FileInfo> = {}): FileInfo {
  const facts = { bytes: 3, mtimeMs: 5, executable: false, mode: 0o644, revision: "r" };
  return { path, type: "file", ...facts, root: ROOT, ...more };
}

function folder(path: string, mode = 0o755): FileInfo {
  return { path, type: "dir", bytes: 0, mtimeMs: 0, executable: false, mode, revision: "" };
}

async function digestsOf(dir: string, ...batches: FileInfo[][]): Promise<FolderDigest[]> {
  async function* listed() {
    yield* batches;
  }
  return (await Array.fromAsync(folderDigests(dir, listed()))).flat();
}

const sha256 = (text: string) => contentDigest(new TextEncoder().encode(text));
const line = (name: string) => `${name}\x003\x005\x00${ROOT}\n`;

Deno.test("folderDigests has a digest for each folder, those below it first", async () => {
  const found = await digestsOf(
    "t",
    [file("t/a"), folder("t/b", 0o700)],
    [file("t/b/x"), folder("t/b/deep"), file("t/b/deep/y"), file("t/b/z")],
    [folder("t/empty"), file("t/z", { mode: 0o755 })],
  );
  assertEquals(found, [
    { path: "t/b/deep", mode: 0o755, files: 1, digest: sha256(line("y")), modes: [[1, 0o644]] },
    {
      ...{ path: "t/b", mode: 0o700, files: 2 },
      ...{ digest: sha256(line("x") + line("z")), modes: [[2, 0o644]] },
    },
    { path: "t/empty", mode: 0o755, files: 0, digest: sha256(""), modes: [] },
    {
      ...{ path: "t", mode: undefined, files: 2 },
      ...{ digest: sha256(line("a") + line("z")), modes: [[1, 0o644], [1, 0o755]] },
    },
  ]);
});

Deno.test("folderDigests of the whole root, of an empty folder, and of a file", async () => {
  const [root] = await digestsOf(".", [file("a")]);
  assertEquals(root?.digest, sha256(line("a")));
  assertEquals((await digestsOf("t")).map(({ path, files }) => [path, files]), [["t", 0]]);
  assertEquals(await digestsOf("t", [file("t")]), []);
});

Deno.test("folderDigests has none where it could not tell folders apart", async () => {
  const digest = async (...infos: FileInfo[]) => (await digestsOf("t", infos)).at(-1)!.digest;
  assertEquals(await digest(file("t/a"), file("t/b", { root: undefined })), undefined);
  assertEquals(await digest(file("t/a", { mode: undefined, executable: true })), undefined);
  const mixed = Array.from(
    { length: MAX_MODE_RUNS + 1 },
    (_, i) => file(`t/${i}`, { mode: i % 2 === 0 ? 0o644 : 0o600 }),
  );
  assert(await digest(...mixed.slice(1)) !== undefined);
  assertEquals(await digest(...mixed), undefined);
  const known = await digest(file("t/a"));
  for (const other of [{ bytes: 4 }, { mtimeMs: 6 }, { root: "b".repeat(64) }, { path: "t/b" }]) {
    assertNotEquals(await digest(file("t/a", other)), known);
  }
  // The name of one file must not look like a line of another.
  const name = `a\x003\x005\x00${ROOT}\nb`;
  assertEquals(await digest(file("t/a"), file("t/b")), sha256(line("a") + line("b")));
  assertNotEquals(await digest(file(`t/${name.replaceAll("\x00", " ")}`)), sha256(line(name)));
});

Deno.test("FolderHasher takes any number of files", () => {
  const hasher = new FolderHasher();
  const names = Array.from({ length: 1500 }, (_, i) => `f${i}`);
  for (const name of names) hasher.add({ name, bytes: 3, mtimeMs: 5, root: ROOT });
  assertEquals(hasher.finish(), sha256(names.map(line).join("")));
});

Deno.test("decodeFolderDigests refuses what is no digest of a folder", () => {
  const decode = (...items: unknown[]) =>
    decodeFolderDigests(new Uint8Array([...uint32s(1), ...encodeJson(items)]));
  const sound = { path: "t", files: 1, digest: ROOT, modes: [[1, 0o644]] };
  assertEquals(decode(sound), [sound as unknown as FolderDigest]);
  assertEquals(decode({ path: "t", files: 0 }), [{ path: "t", files: 0 }]);
  for (
    const wrong of [
      { ...sound, files: -1 },
      { ...sound, digest: "x" },
      { ...sound, modes: [[1, 0o1000]] },
      { ...sound, modes: [[0.5, null]] },
      { ...sound, modes: Array.from({ length: MAX_MODE_RUNS + 1 }, () => [1, null]) },
      { files: 1 },
    ]
  ) assertThrows(() => decode(wrong), Error, "not valid");
});
