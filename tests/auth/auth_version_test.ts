import { assertEquals, assertNotEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { AuthVersion } from "../../lib/auth/auth_version.ts";
import { Users } from "../../lib/auth/users.ts";
import { AUTH_LOOK_MS } from "../../lib/base/limits.ts";
import { tempDir } from "../../testing/temp_dir.ts";

Deno.test("AuthVersion changes after another process writes, and reads no more often than allowed", async () => {
  await using dir = await tempDir();
  using ours = openAuthDatabase(dir.path);
  using theirs = openAuthDatabase(dir.path);
  let nowMs = 0;
  const version = new AuthVersion(ours, () => nowMs);
  const first = version.current;
  await new Users(theirs).add("ana", "read", "password");
  nowMs += AUTH_LOOK_MS - 1;
  assertEquals(version.current, first);
  nowMs += 1;
  const second = version.current;
  assertNotEquals(second, first);
  nowMs += AUTH_LOOK_MS;
  assertEquals(version.current, second);
});
