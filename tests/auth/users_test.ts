import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { hashPassword, isPassword } from "../../lib/auth/passwords.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { type TokenFacts, Tokens } from "../../lib/auth/tokens.ts";
import { requireUserName, Users } from "../../lib/auth/users.ts";
import { FtError } from "../../lib/base/errors.ts";
import {
  ENDED_TOKEN_TTL_MS,
  MAX_ENDED_TOKENS,
  STAGED_UPLOAD_TTL_MS,
} from "../../lib/base/limits.ts";
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
    assertEquals((tokens.take(lasting) as TokenFacts).name, "lasting");
    assertEquals((tokens.take(single) as TokenFacts).paths, ["in"]);
    assertEquals(tokens.take(single), "spent");
    assertEquals(tokens.take(`${lasting}x`), undefined);
    nowMs = 2000;
    assertEquals(tokens.take(lasting), "expired");
    const revoked = tokens.add({ name: "revoked", ...scope, once: false });
    tokens.revoke("revoked");
    assertEquals(tokens.take(revoked), "revoked");
    assertThrows(() => tokens.revoke("revoked"), FtError, "not found");
  });
});

Deno.test("a spent token permits logins while it is unfinished, unless it expires or is revoked", async () => {
  await withDatabase((database) => {
    let nowMs = 1000;
    const tokens = new Tokens(database, () => nowMs);
    const facts = { name: "t", paths: ["in"], actions: ["write"] as const, once: true };
    const spent = (more: Partial<TokenFacts> = {}) => {
      const token = tokens.add({ ...facts, ...more });
      tokens.take(token);
      tokens.noteUnfinished(token, true);
      return token;
    };
    const [done, revoked] = [spent(), spent({ name: "other" })];
    const expired = spent({ expiresAtMs: 3000 });
    assertEquals((tokens.take(done) as TokenFacts).paths, ["in"]);
    assertEquals(tokens.list().map(({ state }) => state), Array(3).fill("unfinished"));
    tokens.noteUnfinished(done, false);
    assertEquals(tokens.take(done), "spent");
    tokens.revoke("other");
    assertEquals([tokens.take(revoked), tokens.renew(revoked)], ["revoked", undefined]);
    nowMs = 3000;
    assertEquals(tokens.take(expired), "expired");
    const abandoned = spent();
    nowMs += STAGED_UPLOAD_TTL_MS;
    assertEquals(tokens.take(abandoned), "spent");
  });
});

Deno.test("ended tokens are remembered for a limited time and in a limited number", async () => {
  await withDatabase((database) => {
    let nowMs = 1000;
    const tokens = new Tokens(database, () => nowMs);
    const facts = { paths: ["in"], actions: ["write"] as const, once: false };
    const end = (name: string) => {
      const token = tokens.add({ name, ...facts });
      tokens.revoke(name);
      return token;
    };
    const first = end("first");
    assertEquals(tokens.take(first), "revoked");
    database.exec(
      `WITH RECURSIVE n(i) AS (SELECT 2 UNION SELECT i + 1 FROM n WHERE i < ${MAX_ENDED_TOKENS})
       INSERT INTO ended_tokens SELECT i, i, NULL, '[]', '[]', NULL, 0, 'spent', 1000, 0, NULL, NULL
       FROM n`,
    );
    end("next");
    assertEquals(tokens.list().length, MAX_ENDED_TOKENS);
    assertEquals(tokens.take(first), undefined);
    nowMs += ENDED_TOKEN_TTL_MS + 1;
    const last = end("last");
    assertEquals(tokens.list().map(({ name, state }) => [name, state]), [["last", "revoked"]]);
    assertEquals(tokens.take(last), "revoked");
  });
});

Deno.test("Tokens are not stored: the database does not reveal them", async () => {
  await withDatabase((database) => {
    const token = new Tokens(database).add({ name: "t", paths: ["."], actions: [], once: false });
    const rows = JSON.stringify(database.prepare("SELECT * FROM tokens").all());
    assertEquals(rows.includes(token.slice(3)), false);
  });
});
