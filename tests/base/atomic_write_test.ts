import { assertEquals, assertThrows } from "@std/assert";
import { writeAtomically } from "../../lib/base/atomic_write.ts";
import { tempDir } from "../../testing/temp_dir.ts";

function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
}

Deno.test("writeAtomically writes a file with its mode, and nothing beside it", async () => {
  await using dir = await tempDir();
  const path = dir.join("identity");
  writeAtomically(path, "one\n", { replace: false, mode: 0o600 });
  assertEquals(await Deno.readTextFile(path), "one\n");
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  writeAtomically(path, "two\n", { replace: true });
  assertEquals(await Deno.readTextFile(path), "two\n");
  assertEquals(namesIn(dir.path), ["identity"]);
});

Deno.test("writeAtomically keeps an existing file that must not be replaced", async () => {
  await using dir = await tempDir();
  const path = dir.join("identity");
  await Deno.writeTextFile(path, "first\n");
  assertThrows(() => writeAtomically(path, "second\n", { replace: false }), Error, "exists");
  assertEquals(await Deno.readTextFile(path), "first\n");
  assertEquals(namesIn(dir.path), ["identity"]);
});

Deno.test("writeAtomically leaves nothing beside a name it cannot take", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(dir.join("identity"));
  assertThrows(() => writeAtomically(dir.join("identity"), "text\n", { replace: true }));
  assertEquals(namesIn(dir.path), ["identity"]);
});

Deno.test("writeAtomically writes to the draft it is given, over what a crash left there", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("journal~"), "half of a longer text");
  writeAtomically(dir.join("journal"), "whole", { replace: true, draft: dir.join("journal~") });
  assertEquals(await Deno.readTextFile(dir.join("journal")), "whole");
  assertEquals(namesIn(dir.path), ["journal"]);
});
