/**
 * Shares: tokens that users make, which never have more rights than their makers, nor outlive them.
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../lib/auth/permission.ts";
import type { Role } from "../../lib/auth/policy.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Tokens } from "../../lib/auth/tokens.ts";
import { Users } from "../../lib/auth/users.ts";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_SHARE_TTL_MS, MAX_SHARES, SHARE_BURST } from "../../lib/base/limits.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import type { ShareOptions } from "../../lib/client/remote/remote_shares.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { openRemote } from "../../lib/client/open_remote.ts";
import { FaultProxy } from "../../testing/network/fault_proxy.ts";
import { codeOf } from "../../testing/code_of.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

const PASSWORD = "right horse";
const BLOCK = 1 << 20;

/** A server with `docs/a.txt` and `docs/sub/b.bin` of two blocks, and users with these roles. */
async function scene(
  options: Parameters<typeof testServer>[0] = {},
  users: Record<string, Role> = { ana: "write" },
) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer({ anonymous: "none", ...options }));
  await Deno.mkdir(`${server.root}/docs/sub`, { recursive: true });
  await Deno.writeTextFile(`${server.root}/docs/a.txt`, "hello");
  await Deno.writeTextFile(`${server.root}/other.txt`, "other");
  await Deno.writeFile(`${server.root}/docs/sub/b.bin`, new Uint8Array(2 * BLOCK).fill(7));
  const database = stack.use(openAuthDatabase(server.state));
  const all = { users: new Users(database), tokens: new Tokens(database) };
  for (const [name, role] of Object.entries(users)) await all.users.add(name, role, PASSWORD);
  const owned = stack.move();
  const as = (user: string) =>
    server.connect({ login: { kind: "password", user, password: PASSWORD } });
  const holding = (token: string) => server.connect({ login: { kind: "token", token } });
  const dispose = () => owned.disposeAsync();
  return { ...all, server, database, as, holding, [Symbol.asyncDispose]: dispose };
}

/** Shares a path. @returns The token. */
async function tokenFor(remote: Remote, path: string, options: ShareOptions = {}) {
  return (await remote.shares.make(path, options)).made!.token;
}

/** Reads a file to its end. */
async function readAll({ files }: Remote, path: string): Promise<number> {
  await using reading = await files.read(path);
  let bytes = 0;
  for await (const block of reading.blocks) {
    bytes += block.bytes.length;
    block[Symbol.dispose]();
  }
  return bytes;
}

/** Repeats a request until it is refused: a change applies within AUTH_LOOK_MS. */
async function untilRefused(ask: () => Promise<unknown>): Promise<void> {
  while (await codeOf(ask()) !== "not_allowed");
}

Deno.test("a share reads its name and what is below, and nothing else", async () => {
  await using at = await scene();
  await using ana = await at.as("ana");
  const { made, folder, public: isPublic } = await ana.shares.make("docs/");
  assertEquals([folder, isPublic, made?.path], [true, false, "docs"]);
  await using guest = await at.holding(made!.token);
  assertEquals(await readAll(guest, "docs/a.txt"), 5);
  assertEquals(await readAll(guest, "docs/sub/b.bin"), 2 * BLOCK);
  const { files } = guest;
  const refused = [
    () => files.stat("other.txt"),
    () => files.stat("docs/../other.txt"),
    () => Array.fromAsync(files.list(".")),
    () => files.mkdir("docs/new"),
    () => files.stage("docs/new.txt", { bytes: 1 }),
    () => files.remove("docs/a.txt"),
    () => files.move("docs/a.txt", "docs/b.txt"),
    () => files.lease("docs/a.txt", { ttlMs: 1000 }),
    () => guest.chat.join(),
    () => guest.chat.who(),
    () => guest.chat.say("hi"),
    // A share that could share would outlive its own end.
    () => guest.shares.make("docs/a.txt"),
    () => guest.shares.list(),
    () => guest.shares.revoke(made!.id),
  ];
  assertEquals(
    await Promise.all(refused.map((ask) => codeOf(ask()))),
    refused.map(() => "not_allowed"),
  );
});

Deno.test("a share with write permits new files, and no removal or replacement", async () => {
  await using at = await scene();
  await using ana = await at.as("ana");
  await using guest = await at.holding(await tokenFor(ana, "docs", { write: true }));
  await guest.files.mkdir("docs/new");
  assertEquals(await codeOf(guest.files.mkdir("elsewhere")), "not_allowed");
  assertEquals(await codeOf(guest.files.remove("docs/a.txt")), "not_allowed");
});

Deno.test("nobody shares more than its own rights", async () => {
  await using at = await scene({}, { ana: "read", bob: "none" });
  new Rules(at.database).add({ subject: "ana", effect: "deny", actions: ["read"], path: "docs" });
  await using ana = await at.as("ana");
  await using bob = await at.as("bob");
  const make = (remote: Remote, path: string, options?: ShareOptions) =>
    codeOf(remote.shares.make(path, options));
  assertEquals(await make(ana, "other.txt"), "done");
  assertEquals(await make(ana, "other.txt", { write: true }), "not_allowed");
  assertEquals(await make(ana, "docs/a.txt"), "not_allowed");
  assertEquals(await make(ana, "gone.txt"), "not_found");
  assertEquals(await make(ana, "../x"), "not_allowed");
  assertEquals(await make(bob, "other.txt"), "not_allowed");
});

Deno.test("a share follows the rights of its maker: role, rules, removal", async () => {
  await using at = await scene({}, { ana: "write", eva: "admin" });
  await using ana = await at.as("ana");
  await using eva = await at.as("eva");
  const secret = await tokenFor(ana, "docs", { write: true });
  await using guest = await at.holding(secret);
  await using other = await at.holding(await tokenFor(eva, "docs", { write: true }));
  await guest.files.mkdir("docs/one");
  at.users.setRole("ana", "read");
  await untilRefused(() => guest.files.mkdir("docs/two"));
  assertEquals(await readAll(guest, "docs/a.txt"), 5);
  const rules = new Rules(at.database);
  const { id } = rules.add({ subject: "*", effect: "deny", actions: ACTIONS, path: "docs/sub" });
  await untilRefused(() => guest.files.stat("docs/sub/b.bin"));
  // No rule applies to an admin, but to whoever is none any more.
  assertEquals(await readAll(other, "docs/sub/b.bin"), 2 * BLOCK);
  at.users.setRole("eva", "write");
  await untilRefused(() => other.files.stat("docs/sub/b.bin"));
  rules.remove(id);
  at.users.remove("ana");
  await untilRefused(() => guest.files.stat("docs/a.txt"));
  assertEquals(await codeOf(at.holding(secret)), "not_allowed");
  // A new user of the same name is another user.
  await at.users.add("ana", "write", "another horse");
  assertEquals(await codeOf(at.holding(secret)), "not_allowed");
});

Deno.test("the share of a token ends with the token, and is never longer", async () => {
  await using at = await scene();
  const scope = { paths: ["docs"], actions: ACTIONS, owner: "ana" };
  const expiresAtMs = Date.now() + 3_600_000;
  const parent = at.tokens.add({ name: "ci", ...scope, once: false, expiresAtMs });
  await using ci = await at.holding(parent);
  const { made } = await ci.shares.make("docs");
  assertEquals(made?.expiresAtMs, expiresAtMs);
  assertEquals((await ci.shares.list()).map(({ by }) => by), ["token ci"]);
  assertEquals(await codeOf(ci.shares.make("other.txt")), "not_allowed");
  await using guest = await at.holding(made!.token);
  assertEquals(await readAll(guest, "docs/a.txt"), 5);
  at.tokens.revoke("ci");
  await untilRefused(() => guest.files.stat("docs/a.txt"));
  assertEquals(await codeOf(at.holding(made!.token)), "not_allowed");
  assertEquals(await codeOf(ci.shares.list()), "not_allowed");
  const single = at.tokens.add({ name: "single", ...scope, once: true });
  await using once = await at.holding(single);
  assertEquals(await codeOf(once.shares.make("docs")), "not_allowed");
});

Deno.test("a session whose password was changed neither makes nor ends shares", async () => {
  await using at = await scene();
  await using ana = await at.as("ana");
  const { made } = await ana.shares.make("docs");
  await at.users.setPassword("ana", "another horse");
  await untilRefused(() => ana.shares.make("docs"));
  assertEquals(await codeOf(ana.shares.list()), "not_allowed");
  assertEquals(await codeOf(ana.shares.revoke(made!.id)), "not_allowed");
});

Deno.test("a user lists and revokes own shares, an admin all; a revoked one loses its sessions", async () => {
  await using at = await scene({}, { ana: "read", bob: "read", eva: "admin" });
  await using ana = await at.as("ana");
  await using bob = await at.as("bob");
  await using eva = await at.as("eva");
  const { made } = await ana.shares.make("docs", { once: true });
  const { id, token, ...facts } = made!;
  await using guest = await at.holding(token);
  assertEquals(await bob.shares.list(), []);
  assertEquals(await ana.shares.list(), [{ id, ...facts, by: "ana" }]);
  assertEquals(await eva.shares.list(), [{ id, ...facts, by: "ana" }]);
  assert(!JSON.stringify(await eva.shares.list()).includes(token));
  assertEquals(await codeOf(bob.shares.revoke(id)), "not_found");
  await eva.shares.revoke(id);
  await untilRefused(() => guest.files.stat("docs/a.txt"));
  const { message } = await assertRejects(() => at.holding(token), FtError);
  assertStringIncludes(message, "revoked");
  assertEquals(await codeOf(ana.shares.revoke(id)), "not_found");
  // The tokens of the operator are no shares.
  at.tokens.add({ name: "abc", paths: ["."], actions: ACTIONS, once: false, owner: "ana" });
  assertEquals(await eva.shares.list(), []);
  assertEquals(await codeOf(eva.shares.revoke("abc")), "not_found");
});

/** Logs in as soon as the earlier login has ended. */
async function nextLogin(open: () => Promise<Remote>): Promise<Remote> {
  while (true) {
    try {
      return await open();
    } catch (error) {
      if ((error as FtError).code !== "limit") throw error;
    }
  }
}

/** Reads files through a proxy that resets the connection before the end of two blocks. */
async function readCutShort({ url }: TestServer, token: string, ...paths: string[]): Promise<void> {
  await using proxy = await FaultProxy.start(url, () => ({ down: { resetAt: 2 * BLOCK } }));
  const login = { kind: "token", token } as const;
  await using remote = await openRemote(parseEndpoint(proxy.url), { timeoutMs: 10_000, login });
  for (const path of paths.slice(0, -1)) await readAll(remote, path);
  assertEquals(await codeOf(readAll(remote, paths.at(-1)!)), "network");
}

Deno.test("a share for one download is spent by the first one, and not by a look or a cut one", async () => {
  await using at = await scene();
  await using ana = await at.as("ana");
  const token = await tokenFor(ana, "docs/sub/b.bin", { once: true });
  const next = () => nextLogin(() => at.holding(token));
  {
    await using guest = await at.holding(token);
    await guest.files.stat("docs/sub/b.bin");
    assertEquals(await codeOf(at.holding(token)), "limit");
  }
  await (await next())[Symbol.asyncDispose]();
  // The server has sent all of it, but the end is lost with the connection.
  await readCutShort(at.server, token, "docs/sub/b.bin");
  {
    await using guest = await next();
    // An attempt that is stopped first does not make the share outlive a complete download.
    await (await guest.files.read("docs/sub/b.bin"))[Symbol.asyncDispose]();
    assertEquals(await readAll(guest, "docs/sub/b.bin"), 2 * BLOCK);
  }
  const { message } = await assertRejects(next, FtError);
  assertEquals(message, "this link was for one download, and is used up");
});

Deno.test("a folder shared for one download can be resumed until all of it is there", async () => {
  await using at = await scene();
  await using ana = await at.as("ana");
  const token = await tokenFor(ana, "docs", { once: true });
  const next = () => nextLogin(() => at.holding(token));
  await readCutShort(at.server, token, "docs/a.txt", "docs/sub/b.bin");
  {
    await using guest = await next();
    assertEquals(await readAll(guest, "docs/sub/b.bin"), 2 * BLOCK);
  }
  assertEquals(await codeOf(next()), "not_allowed");
});

Deno.test("shares are bounded: their time, their number, and the rate", async () => {
  await using at = await scene();
  await using ana = await at.as("ana");
  const make = (ttlMs?: number) => codeOf(ana.shares.make("docs", { ttlMs }));
  assertEquals(await make(MAX_SHARE_TTL_MS), "done");
  assertEquals(await make(MAX_SHARE_TTL_MS + 1), "limit");
  assertEquals(await make(Number.MAX_SAFE_INTEGER), "limit");
  for (const bad of [0, -1, 1.5, NaN]) assertEquals(await make(bad), "protocol");
  const codes = [];
  for (let i = 0; i < SHARE_BURST; i++) codes.push(await make());
  assertEquals(codes.at(-1), "limit");
  const scope = { paths: ["docs"], actions: ACTIONS, owner: "ana", madeBy: "ana", once: false };
  const expiresAtMs = Date.now() + 3_600_000;
  const { length } = await ana.shares.list();
  for (let i = length; i < MAX_SHARES; i++) at.tokens.add({ name: `${i}`, ...scope, expiresAtMs });
  await using again = await at.as("ana");
  const { message } = await assertRejects(() => again.shares.make("docs"), FtError);
  assertStringIncludes(message, `${MAX_SHARES} shares`);
  at.tokens.revoke(`${MAX_SHARES - 1}`);
  assertEquals(await codeOf(again.shares.make("docs")), "done");
});

Deno.test("without a login a share has no token, and nothing that would need one", async () => {
  await using at = await scene({ anonymous: "read" });
  await using anyone = await at.server.connect();
  assertEquals(await anyone.shares.make("docs"), { path: "docs", folder: true, public: true });
  for (const options of [{ once: true }, { ttlMs: 1000 }, { write: true }]) {
    assertEquals(await codeOf(anyone.shares.make("docs", options)), "not_allowed");
  }
  assertEquals(await codeOf(anyone.shares.list()), "not_allowed");
  await using ana = await at.as("ana");
  assertEquals((await ana.shares.make("docs")).public, true);
});

Deno.test("with sharing switched off none are made, and those that were made do not log in", async () => {
  await using at = await scene();
  await using ana = await at.as("ana");
  const token = await tokenFor(ana, "docs");
  await at.server.restart({ sharing: false });
  await using again = await at.as("ana");
  assertEquals(await codeOf(again.shares.make("docs")), "not_allowed");
  assertEquals(await codeOf(at.holding(token)), "not_allowed");
  await at.server.restart({ sharing: true });
  await using guest = await at.holding(token);
  assertEquals(await readAll(guest, "docs/a.txt"), 5);
});

Deno.test("secret-not-in-argv-log-or-error: the log has the id of a share, and no token", async () => {
  await using at = await scene();
  await using ana = await at.as("ana");
  const { made } = await ana.shares.make("docs");
  await using guest = await at.holding(made!.token);
  await readAll(guest, "docs/a.txt");
  await ana.shares.revoke(made!.id);
  const log = JSON.stringify(at.server.events);
  assert(!log.includes(made!.token));
  assertEquals(
    at.server.logged("share", "name").filter(([event]) => String(event).startsWith("share.")),
    [["share.made", made!.id, "docs"], ["share.revoked", made!.id, "docs"]],
  );
});
