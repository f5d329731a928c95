import { assertEquals, assertThrows } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { FtError } from "../../lib/base/errors.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("Rules.remove removes one rule, and reports a number that does not exist", async () => {
  await using dir = await tempDir();
  const database = openAuthDatabase(dir.path);
  try {
    const rules = new Rules(database);
    for (const path of ["a", "b"]) {
      rules.add({ subject: "ana", effect: "allow", actions: ["read"], path, bytes: undefined });
    }
    const [first, second] = rules.list();
    rules.remove(first!.id);
    assertEquals(rules.list(), [second!]);
    const error = assertThrows(() => rules.remove(first!.id), FtError);
    assertEquals(error.code, "not_found");
  } finally {
    database.close();
  }
});
