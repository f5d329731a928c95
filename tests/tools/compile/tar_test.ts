import { assertEquals, assertThrows } from "@std/assert";
import { readTar, writeTar } from "../../../tools/compile/tar.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

const files = [0, 1, 511, 512, 513].map((length) => ({
  name: `folder/${length}`,
  bytes: new Uint8Array(length).fill(length % 251),
  executable: length % 2 === 1,
}));

Deno.test({
  name: "readTar returns the input of writeTar",
  permissions: "none",
  fn() {
    assertEquals([...readTar(writeTar(files))], files);
    assertEquals(writeTar(files), writeTar(files));
  },
});

Deno.test("tar extracts the output of writeTar, with modes", async () => {
  await using dir = await tempDir();
  await Deno.writeFile(dir.join("a.tar"), writeTar(files));
  const { success } = await new Deno.Command("tar", {
    args: ["xf", "a.tar"],
    cwd: dir.path,
  }).output();
  assertEquals(success, true);
  for (const { name, bytes, executable } of files) {
    assertEquals(await Deno.readFile(dir.join(name)), bytes);
    assertEquals(((await Deno.stat(dir.join(name))).mode! & 0o100) !== 0, executable);
  }
});

Deno.test({
  name: "writeTar refuses a name that is too long",
  permissions: "none",
  fn() {
    assertThrows(() =>
      writeTar([{ name: "x".repeat(101), bytes: new Uint8Array(), executable: false }])
    );
  },
});
