/**
 * Locks of users, and locks that are taken through other protocols.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { openAuthDatabase } from "../../../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../../../lib/auth/permission.ts";
import { Tokens } from "../../../../lib/auth/tokens.ts";
import { Users } from "../../../../lib/auth/users.ts";
import type { Remote } from "../../../../lib/client/remote/remote.ts";
import { codeOf } from "../../../../testing/code_of.ts";
import { DavClient } from "../../../../testing/dav_locks.ts";
import { type WebServer, webServer } from "../../../../testing/web_server.ts";

const MINUTE = 60_000;

interface Scene extends WebServer {
  /** Secrets of tokens, by name: a login with one is faster than one with a password. */
  readonly secrets: Readonly<Record<string, string>>;
}

async function scene(): Promise<Scene> {
  const server = await webServer();
  using database = openAuthDatabase(server.state);
  const tokens = new Tokens(database);
  const add = (name: string) =>
    tokens.add({ name, paths: ["."], actions: [...ACTIONS], once: false });
  await Deno.mkdir(join(server.root, "d"));
  for (const name of ["a", "d/a"]) await Deno.writeTextFile(join(server.root, name), "1");
  return Object.assign(server, { secrets: { ana: add("ana"), bob: add("bob") } });
}

function dav({ secrets, ...server }: Scene, user: string): DavClient {
  return new DavClient(server, { authorization: `Bearer ${secrets[user]}` });
}

function native(server: Scene, user: string): Promise<Remote> {
  return server.connect({ login: { kind: "token", token: server.secrets[user]! } });
}

/** Whether a client may overwrite a file. */
async function put({ files }: Remote, path: string): Promise<string> {
  return await codeOf((async () => {
    await using upload = await files.stage(path, { precondition: { kind: "any" } });
    await upload.abandon();
  })());
}

Deno.test("a lock belongs to its user: nobody else can use, see or release its token", async () => {
  await using server = await scene();
  const [ana, bob] = [dav(server, "ana"), dav(server, "bob")];
  const token = await ana.lock("/files/a");
  assertEquals(await ana.status("PUT", "/files/a"), 423, "without its token");
  assertEquals(await bob.status("PUT", "/files/a", { tokens: [token] }), 423);
  assertEquals(await bob.status("LOCK", "/files/a", { tokens: [token] }), 412);
  assertEquals(await bob.unlock("/files/a", token), 403);
  assertEquals(await new DavClient(server).unlock("/files/a", token), 403);
  const seen = async (client: DavClient) =>
    (await client.send("PROPFIND", "/files/a", { headers: { depth: "0" } })).text;
  for (const client of [bob, new DavClient(server)]) {
    const text = await seen(client);
    assert(text.includes("<D:owner>token ana</D:owner>") && !text.includes(token), text);
  }
  assert((await seen(dav(server, "ana"))).includes(token));
  assertEquals(await ana.status("PUT", "/files/a", { tokens: [token] }), 204);
  assertEquals(await ana.unlock("/files/a", token), 204);
  assertEquals(await bob.status("PUT", "/files/a"), 204);
});

Deno.test("a lock over HTTP binds clients of the native protocol, its own user's as well", async () => {
  await using server = await scene();
  await using ana = await native(server, "ana");
  await using bob = await native(server, "bob");
  await using nobody = await server.connect();
  const token = await dav(server, "ana").lock("/files/d/", { timeout: "Second-60" });
  for (const remote of [ana, bob, nobody]) {
    assertEquals(await put(remote, "d/a"), "conflict");
    assertEquals(await codeOf(remote.files.remove("d", { recursive: true })), "conflict");
    assertEquals(await codeOf(remote.files.move("d/a", "b")), "conflict");
    assertEquals(await codeOf(remote.files.mkdir("d/new")), "conflict");
    assertEquals(await codeOf(remote.files.lease("d/a", { ttlMs: MINUTE })), "conflict");
    const { lock } = await remote.files.stat("d/a");
    assertEquals([lock?.holder, lock!.leftMs <= MINUTE], ["token ana", true]);
  }
  const [listed, ...others] = server.server.locks();
  assertEquals([listed?.path, listed?.holder, others], ["d", "token ana", []]);
  for (const remote of [bob, nobody]) {
    assertEquals(await codeOf(remote.files.release("d")), "not_allowed");
  }
  await ana.files.release("d");
  assertEquals(await put(bob, "d/a"), "done");
  assertEquals(await dav(server, "ana").unlock("/files/d/", token), 409);
});

Deno.test("a lock of the native protocol binds HTTP clients of other users, and any LOCK", async () => {
  await using server = await scene();
  await using remote = await native(server, "ana");
  await remote.files.lease("d", { ttlMs: MINUTE });
  const [ana, bob, nobody] = [dav(server, "ana"), dav(server, "bob"), new DavClient(server)];
  for (const client of [bob, nobody]) {
    assertEquals(await client.status("PUT", "/files/d/a"), 423);
    assertEquals(await client.status("DELETE", "/files/d"), 423);
    assertEquals(await client.status("MKCOL", "/files/d/new"), 423);
  }
  for (const client of [ana, bob, nobody]) {
    assertEquals((await client.ask("/files/d/a", { shared: true })).status, 423);
    const { text } = await client.send("PROPFIND", "/files/d/a", { headers: { depth: "0" } });
    assert(text.includes("<D:owner>token ana</D:owner>") && text.includes("<D:exclusive/>"), text);
    assert(!text.includes("<D:locktoken>"), "a lease has no token");
  }
  assertEquals(await ana.status("PUT", "/files/d/a"), 204, "a lease belongs to the login");
});

Deno.test("an anonymous lock lasts longer than its connection, and only its token ends it", async () => {
  await using server = await scene();
  const nobody = new DavClient(server, { connection: "close" });
  const token = await nobody.lock("/files/a");
  await using other = await server.connect({ identity: "someone-0123456789" });
  assertEquals(await put(other, "a"), "conflict");
  assertEquals(await codeOf(other.files.release("a")), "not_allowed");
  assertEquals(await nobody.status("PUT", "/files/a"), 423);
  assertEquals(await nobody.status("PUT", "/files/a", { tokens: [token] }), 204);
  assertEquals(
    await nobody.unlock("/files/a", "urn:uuid:00000000-0000-4000-8000-000000000000"),
    409,
  );
  assertEquals(await nobody.unlock("/files/a", token), 204);
  assertEquals(await put(other, "a"), "done");
});

Deno.test("a lock ends with the rights of its user, and an admin releases any", async () => {
  await using server = await scene();
  await dav(server, "ana").lock("/files/a");
  await dav(server, "bob").lock("/files/d/");
  const login = { kind: "password", user: "root", password: "right horse" } as const;
  using database = openAuthDatabase(server.state);
  await new Users(database).add(login.user, "admin", login.password);
  await using root = await server.connect({ login });
  assertEquals(await put(root, "d/a"), "conflict");
  await root.files.release("d", { force: true });
  assertEquals(await put(root, "d/a"), "done");
  new Tokens(database).revoke("ana");
  // A change applies within AUTH_LOOK_MS.
  while (await put(root, "a") !== "done");
  assertEquals(server.server.locks(), []);
});

Deno.test("a client that may only read cannot lock, and a share link locks what it may write", async () => {
  await using server = await webServer({ anonymous: "read" });
  await Deno.mkdir(join(server.root, "d"));
  await Deno.writeTextFile(join(server.root, "a"), "1");
  const nobody = new DavClient(server);
  assertEquals((await nobody.ask("/files/a")).status, 401);
  assertEquals((await nobody.ask("/files/new")).status, 401);
  using database = openAuthDatabase(server.state);
  const facts = { name: "t", paths: ["d"], actions: [...ACTIONS], once: false };
  const link = `/s/${new Tokens(database).add(facts)}`;
  assertEquals((await nobody.ask(`${link}/a`)).status, 403);
  assertEquals(server.server.locks(), []);
  const { status, text, headers } = await nobody.ask(`${link}/d/new`);
  assertEquals(status, 201);
  assert(text.includes(`<D:lockroot><D:href>${link}/d/new</D:href></D:lockroot>`), text);
  const token = headers.get("lock-token")!.slice(1, -1);
  assertEquals(await nobody.status("PUT", `${link}/d/new`), 423);
  const tagged = { headers: { if: `<${link}/d/new> (<${token}>)` } };
  assertEquals(await nobody.status("PUT", `${link}/d/new`, tagged), 204);
  assertEquals(await nobody.unlock(`${link}/d/new`, token), 204);
});
