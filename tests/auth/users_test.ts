import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { hashPassword, isPassword } from "../../lib/auth/passwords.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Tokens } from "../../lib/auth/tokens.ts";
import { requireUserName, Users } from "../../lib/auth/users.ts";
import { FtError } from "../../lib/base/errors.ts";
import { tempDir } from "../../testing/temp_dir.ts";

async function withDatabase(work: (database: ReturnType<typeof openAuthDatabase>) => unknown) {
  await using dir = await tempDir();
  const database = openAuthDatabase(dir.path);
  try {
    await work(database);
    assertEquals(Deno.statSync(dir.join("auth.sqlite")).mode! & 0o777, 0o600);
  } finally {
    database.close();
  }
}

Deno.test("hashPassword uses a new salt each time, and stores its parameters", async () => {
  const [one, other] = await Promise.all([hashPassword("pw"), hashPassword("pw")]);
  assert(one !== other);
  assert(/^scrypt\$15\$8\$3\$[\w+/=]+\$[\w+/=]+$/.test(one), one);
  assertEquals([await isPassword("pw", one), await isPassword("pW", one)], [true, false]);
  // Parameters other than the current ones.
  const old = "scrypt$4$8$1$AAAA$" + "A".repeat(43) + "=";
  assertEquals(await isPassword("pw", old), false);
});

Deno.test("auth-timing-same-for-unknown-user", async () => {
  await withDatabase(async (database) => {
    const users = new Users(database);
    await users.add("ana", "read", "right");
    const time = async (name: string) => {
      const started = performance.now();
      assertEquals(await users.verify(name, "wrong"), undefined);
      return performance.now() - started;
    };
    const times = { ana: [] as number[], nobody: [] as number[] };
    for (let i = 0; i < 2; i++) {
      times.nobody.push(await time("nobody"));
      times.ana.push(await time("ana"));
    }
    // If an unknown user were not hashed, it would be hundreds of times as fast.
    assert(Math.min(...times.nobody) > Math.min(...times.ana) / 3);
  });
});

Deno.test("Users are added, changed and removed; another process sees it at once", async () => {
  await withDatabase(async (database) => {
    const users = new Users(database);
    await users.add("ana", "read", "one");
    await assertRejects(() => users.add("ana", "read", "two"), FtError, "already exists");
    users.setRole("ana", "write");
    await users.setPassword("ana", "two");
    assertEquals(await users.verify("ana", "one"), undefined);
    const proven = (await users.verify("ana", "two"))!;
    assertEquals([proven.name, proven.role], ["ana", "write"]);
    assertEquals(users.renew(proven)?.role, "write");
    new Rules(database).add({ subject: "ana", effect: "allow", actions: ["read"], path: "." });
    users.remove("ana");
    assertEquals([users.list(), new Rules(database).list()], [[], []]);
    assertThrows(() => users.setRole("ana", "read"), FtError, "not found");
    await assertRejects(() => users.add("ana", "read", ""), FtError, "empty");
  });
});

Deno.test({
  name: "username-as-path: requireUserName refuses names that look like paths, and reserved ones",
  permissions: "none",
  fn() {
    for (const name of ["ana", "Zoë", "ana.b@example.org", "x_1-2"]) requireUserName(name);
    const bad = ["", ".", "..", "../x", "a/b", "a\\b", "a b", "anonymous", "SERVER", "*", "-x"];
    for (const name of [...bad, "a\u0000", "x".repeat(65)]) {
      assertThrows(() => requireUserName(name), FtError, "invalid user name");
    }
  },
});

Deno.test("Tokens expire and can be revoked, and one-time tokens work once", async () => {
  await withDatabase((database) => {
    let nowMs = 1000;
    const tokens = new Tokens(database, () => nowMs);
    const scope = { paths: ["in"], actions: ["write"] as const };
    const lasting = tokens.add({ name: "lasting", ...scope, once: false, expiresAtMs: 2000 });
    const single = tokens.add({ name: "single", ...scope, once: true });
    assertEquals(tokens.take(lasting)?.name, "lasting");
    assertEquals(tokens.take(single)?.paths, ["in"]);
    assertEquals(tokens.take(single), undefined);
    assertEquals(tokens.take(`${lasting}x`), undefined);
    nowMs = 2000;
    assertEquals(tokens.take(lasting), undefined);
    const revoked = tokens.add({ name: "revoked", ...scope, once: false });
    tokens.revoke("revoked");
    assertEquals(tokens.take(revoked), undefined);
    assertThrows(() => tokens.revoke("revoked"), FtError, "not found");
  });
});

Deno.test("Tokens are not stored: the database does not reveal them", async () => {
  await withDatabase((database) => {
    const token = new Tokens(database).add({ name: "t", paths: ["."], actions: [], once: false });
    const rows = JSON.stringify(database.prepare("SELECT * FROM tokens").all());
    assertEquals(rows.includes(token.slice(3)), false);
  });
});
