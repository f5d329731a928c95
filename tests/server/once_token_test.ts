import { assert, assertEquals, assertRejects } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../lib/auth/permission.ts";
import { type TokenFacts, Tokens } from "../../lib/auth/tokens.ts";
import { Users } from "../../lib/auth/users.ts";
import { FtError } from "../../lib/base/errors.ts";
import { blockDigest, rootOf } from "../../lib/blocks/manifest.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

const BLOCK = 1 << 20;
const FACTS = { paths: ["."], actions: ACTIONS, once: true };

async function scene() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer({ drainTimeoutMs: 1, anonymous: "none" }));
  const database = stack.use(openAuthDatabase(server.state));
  const owned = stack.move();
  const tokens = new Tokens(database);
  return { server, database, tokens, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const logIn = (server: TestServer, token: string) =>
  server.connect({ login: { kind: "token", token } });

async function refusal(server: TestServer, token: string) {
  const { code, message, retryable } = await assertRejects(() => logIn(server, token), FtError);
  return { code, message, retryable };
}

/** Sends what the server does not have of a file with two blocks, or only the first of them. */
async function upload({ files }: Remote, what: "all" | "half") {
  const bytes = [1, 2].map((fill) => new Uint8Array(BLOCK).fill(fill));
  const digests = new Uint8Array(64);
  bytes.forEach((block, index) => digests.set(blockDigest(block), index * 32));
  const upload = await files.stage("a.bin", { bytes: 2 * BLOCK, token: "the_same_upload" });
  const held = await Array.fromAsync(upload.have());
  for (const block of held) await upload.keep(block);
  const send = (index: number) => {
    const digest = digests.slice(index * 32, index * 32 + 32);
    return upload.write({ index, bytes: bytes[index]!, digest, [Symbol.dispose]: () => {} });
  };
  for (let index = held.length; index < (what === "all" ? 2 : 1); index++) await send(index);
  if (what === "all") await upload.commit({ bytes: 2 * BLOCK, root: rootOf(digests, 2 * BLOCK) });
  return held.length;
}

Deno.test("a token for one login resumes an upload that a restart cut, and is spent by its commit", async () => {
  await using at = await scene();
  const token = at.tokens.add({ name: "once", ...FACTS });
  {
    await using remote = await logIn(at.server, token);
    await upload(remote, "half");
    const busy = await refusal(at.server, token);
    assertEquals([busy.code, busy.retryable], ["limit", true]);
    await at.server.restart();
  }
  {
    await using remote = await logIn(at.server, token);
    assertEquals(await upload(remote, "all"), 1);
    assertEquals((await refusal(at.server, token)).code, "not_allowed");
  }
  await at.server.restart();
  assertEquals((await refusal(at.server, token)).message, SPENT);
});

const SPENT = "this token was for one login, and is used up";

Deno.test("a token for one login that began nothing is spent by its login", async () => {
  await using at = await scene();
  const token = at.tokens.add({ name: "once", ...FACTS });
  {
    await using remote = await logIn(at.server, token);
    await remote.files.stat(".");
  }
  assertEquals((await refusal(at.server, token)).message, SPENT);
});

Deno.test("a holder learns whether a token is expired, revoked or spent; a guess learns nothing", async () => {
  await using at = await scene();
  await new Users(at.database).add("ana", "read", "right horse");
  const add = (name: string, more: Partial<TokenFacts> = {}) =>
    at.tokens.add({ name, ...FACTS, ...more });
  const expired = add("expired", { expiresAtMs: Date.now() + 1 });
  while (at.tokens.list()[0]!.state !== "expired") await Promise.resolve();
  const [revoked, spent, orphan] = [add("revoked"), add("spent"), add("orphan", { owner: "ana" })];
  at.tokens.revoke("revoked");
  new Users(at.database).remove("ana");
  await using live = await logIn(at.server, spent);
  assert(!live.signal.aborted);
  const of = async (token: string) => (await refusal(at.server, token)).message;
  assertEquals(await of(expired), "this token has expired");
  assertEquals(await of(revoked), "this token was revoked");
  assertEquals(await of(orphan), "this token was revoked");
  assertEquals(await of(spent), SPENT);
  assertEquals(await of(`${spent}x`), "wrong user or password");
  // A token that is spent can still be taken from the session that uses it.
  at.tokens.revoke("spent");
  assertEquals(await of(spent), "this token was revoked");
});
