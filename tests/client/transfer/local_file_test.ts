import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { LocalFile } from "../../../lib/client/transfer/local_file.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

Deno.test("LocalFile.unchanged notices a change of size alone and of time alone", async () => {
  await using dir = await tempDir();
  const path = dir.join("f");
  const time = new Date(1e12);
  const reset = async () => {
    await Deno.writeTextFile(path, "abc");
    await Deno.utime(path, time, time);
  };
  const changes: Record<string, () => Promise<void>> = {
    async size() {
      await Deno.writeTextFile(path, "abcd");
      await Deno.utime(path, time, time);
    },
    time: () => Deno.utime(path, time, new Date(1e12 + 1000)),
  };
  for (const [what, change] of Object.entries(changes)) {
    await reset();
    using file = new LocalFile(path);
    assertEquals(file.unchanged(), true, what);
    await change();
    assertEquals(file.unchanged(), false, what);
  }
});

Deno.test("LocalFile reads pieces to the end, and names a file it cannot open", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("f"), "abcde");
  using file = new LocalFile(dir.join("f"));
  const pieces: string[] = [];
  for await (const piece of file.pieces(2)) pieces.push(new TextDecoder().decode(piece));
  assertEquals(pieces, ["ab", "cd", "e"]);
  const missing = dir.join("nope");
  const error = assertThrows(() => new LocalFile(missing), FtError);
  assertEquals([error.code, error.subject], ["not_found", missing]);
});
