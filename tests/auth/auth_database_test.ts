import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Tokens } from "../../lib/auth/tokens.ts";
import { FtError } from "../../lib/base/errors.ts";
import { tempDir } from "../../testing/temp_dir.ts";

/** Opens the database of a state folder that cannot be used. @returns The code and the message. */
function refused(state: string): { code: string; message: string } {
  return assertThrows(() => openAuthDatabase(state).close(), FtError);
}

Deno.test("openAuthDatabase refuses a file that is not a database of its version", async () => {
  await using dir = await tempDir();
  const path = dir.join("auth.sqlite");
  await Deno.writeTextFile(path, "no database".repeat(100));
  const garbage = refused(dir.path);
  assertEquals(garbage.code, "internal");
  assertStringIncludes(garbage.message, `Cannot use ${path}`);

  await Deno.remove(path);
  openAuthDatabase(dir.path).close();
  const database = new DatabaseSync(path);
  database.exec("PRAGMA user_version = 1000");
  database.close();
  const newer = refused(dir.path);
  assertEquals(newer.code, "internal");
  assertStringIncludes(newer.message, "newer version");
});

Deno.test("openAuthDatabase keeps the tokens of an earlier version", async () => {
  await using dir = await tempDir();
  const facts = { name: "t", paths: ["."], actions: ["read"], once: false } as const;
  {
    using database = openAuthDatabase(dir.path);
    new Tokens(database).add(facts);
    database.exec("DROP TABLE ended_tokens; PRAGMA user_version = 1");
  }
  using database = openAuthDatabase(dir.path);
  const tokens = new Tokens(database);
  tokens.revoke("t");
  assertEquals(tokens.list().map(({ name, state }) => [name, state]), [["t", "revoked"]]);
});

Deno.test("openAuthDatabase reports a state folder that cannot be used", async () => {
  await using dir = await tempDir();
  assertEquals(refused(dir.join("missing")).code, "not_found");
  await Deno.mkdir(dir.join("auth.sqlite"));
  assertStringIncludes(refused(dir.path).message, `Cannot use ${dir.join("auth.sqlite")}`);
});
