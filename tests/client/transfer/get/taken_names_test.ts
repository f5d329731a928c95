import { assertEquals } from "@std/assert";
import { partPaths } from "../../../../lib/client/transfer/get/part_names.ts";
import { TakenNames } from "../../../../lib/client/transfer/get/taken_names.ts";
import { tempDir } from "../../../../testing/temp_dir.ts";

Deno.test("TakenNames knows the names of a folder, and that a missing folder has none", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(dir.join("f"), "");
  const taken = new TakenNames();
  assertEquals([taken.has(dir.join("f")), taken.has(dir.join("g"))], [true, false]);
  assertEquals(taken.has(dir.join("missing/f")), false);
  assertEquals(taken.hasParts(dir.join("g")), false);
  await Deno.writeTextFile(partPaths(dir.join("g")).part, "");
  assertEquals([taken.hasParts(dir.join("g")), new TakenNames().hasParts(dir.join("h"))], [
    ...[false, true],
  ]);
});
