import { assert, assertEquals } from "@std/assert";
import { diskBytes } from "../../lib/storage/disk_bytes.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("diskBytes knows the disk of a folder, also of one that is not created yet", async () => {
  await using dir = await tempDir();
  const bytes = diskBytes(dir.path);
  assert(bytes !== undefined && bytes > 0);
  assertEquals(diskBytes(dir.join("new")), bytes);
  assertEquals(diskBytes(dir.join("none/new")), undefined);
});

Deno.test({
  name: "diskBytes without permission knows nothing",
  permissions: { read: true, sys: false },
  fn: () => assertEquals(diskBytes("/"), undefined),
});
