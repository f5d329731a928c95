/**
 * Getting round a denial or a quota with another spelling of a name, which some file systems take
 * for the same file, and of a user's name.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { type Action, ACTIONS } from "../../lib/auth/permission.ts";
import { Policy, type Rule } from "../../lib/auth/policy.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { requireUserName, Users } from "../../lib/auth/users.ts";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { pure } from "../../testing/pure.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { testServer } from "../../testing/test_server.ts";

/** Names, and other spellings of each. */
const SPELLINGS: Record<string, readonly string[]> = {
  "Straße": ["straße", "STRASSE", "strasse", "Stra\u1e9ee", "\u017ftra\u00dfe", "stra\u017fse"],
  "secret": ["SECRET", "\u017fecret", "sec\u200bret", "secret\u00ad"],
  "ΟΔΟΣ": ["οδος", "οδοσ", "Οδος"],
  "istanbul": ["ISTANBUL", "\u0130STANBUL", "\u0131stanbul", "i\u0307stanbul"],
  "kelvin": ["\u212aelvin", "KELVIN"],
  "caf\u00e9": ["CAFE\u0301", "cafe\u0301", "CAF\u00c9"],
  "file": ["\ufb01le"],
};

const deny = (path: string, actions: readonly Action[] = ACTIONS): Rule => ({
  ...{ id: 1, subject: "ana", effect: "deny" as const, actions, path },
});

pure(
  "a denial and a quota hold for every spelling of their path, a permission for the exact one",
  () => {
    const ana = { name: "ana", role: "write" } as const;
    for (const [name, others] of Object.entries(SPELLINGS)) {
      for (const other of others) {
        for (const [rule, asked] of [[name, other], [other, name]] as const) {
          const denied = new Policy(ana, [deny(`a/${rule}/b`)]);
          assertEquals(denied.allows("read", `A/${asked}/B/c`), false, asked);
          assertEquals(denied.allowsBelow("read", "A"), false);
          assertEquals(denied.allows("read", `a/${asked}`), true);
          const quota = { ...deny(rule), effect: "quota" as const, bytes: 5 };
          assertEquals(new Policy(ana, [quota]).quotas(`${asked}/x`).length, 1, asked);
          const allow = { ...deny(rule), effect: "allow" as const };
          const nobody = { name: "ana", role: "none" } as const;
          assertEquals(new Policy(nobody, [allow]).allows("read", asked), false, asked);
        }
      }
    }
  },
);

pure("a denial holds for every spelling of its user, a permission for the exact one", () => {
  for (const [name, others] of Object.entries(SPELLINGS)) {
    for (const other of others) {
      const denied = new Policy({ name: other, role: "write" }, [{ ...deny("."), subject: name }]);
      assertEquals(denied.allows("read", "x"), false, other);
      const allow = { ...deny("."), effect: "allow" as const, subject: name };
      assertEquals(new Policy({ name: other, role: "none" }, [allow]).allows("read", "x"), false);
    }
  }
});

Deno.test("lookalike-names: a user is not added under another spelling of a name that is taken", async () => {
  await using dir = await tempDir();
  using database = openAuthDatabase(dir.path);
  const users = new Users(database);
  await users.add("Straße", "read", "pw");
  for (const name of ["Straße", "STRASSE"]) {
    const error = await assertRejects(() => users.add(name, "read", "pw"), FtError);
    assertEquals([error.code, error.message], ["conflict", "already exists: Straße"]);
  }
  for (const name of ["\u017ftrasse", "\u017ferver", "anonymou\u017f", "SERVER", "AnonymouS"]) {
    await assertRejects(() => Promise.resolve().then(() => requireUserName(name)), FtError);
  }
});

pure("the server's own folder cannot be named in another spelling", () => {
  for (const name of [".ftserver", ".FTSERVER", ".ft\u017ferver", ".ft\u200bserver"]) {
    assertEquals(codeOfPath(`${name}/x`), "not_allowed", name);
  }
});

function codeOfPath(path: string): ErrorCode | "done" {
  try {
    storePath(path);
    return "done";
  } catch (error) {
    return (error as FtError).code;
  }
}

async function write({ files }: Remote, path: string): Promise<ErrorCode | "done"> {
  const bytes = new Uint8Array(60);
  const [result] = await files.writeMany([
    smallFile({ path, bytes, mtimeMs: 0, executable: false }),
  ]);
  return "error" in result! ? (result.error as FtError).code : "done";
}

Deno.test("a server refuses writes to every spelling of a denied folder, and counts all of them", async () => {
  await using server = await testServer();
  using database = openAuthDatabase(server.state);
  const rules = new Rules(database);
  for (const path of Object.keys(SPELLINGS)) rules.add({ ...deny(path), subject: "anonymous" });
  rules.add({ subject: "*", effect: "quota", actions: [], path: "Box", bytes: 100 });
  await using remote = await server.connect();
  for (const [name, others] of Object.entries(SPELLINGS)) {
    for (const other of [name, ...others]) {
      assertEquals(await write(remote, `./${other}//f`), "not_allowed", other);
    }
  }
  assertEquals(await write(remote, "BOX/a"), "done");
  assertEquals(await write(remote, "box/b"), "limit");
});
